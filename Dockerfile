# Wegweiser in a container: no root, nothing written but the volumes /data and /backups, nothing downloaded at the start.
# Pin the digest of the image you tested: docker buildx imagetools inspect python:3.11-slim
FROM python:3.11-slim AS packages
COPY requirements.lock /
RUN python -m venv /packages \
    && /packages/bin/pip install --no-cache-dir --no-deps --require-hashes -r /requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin wegweiser \
    && install --directory --owner wegweiser --mode 700 /data /backups
COPY --from=packages /packages /packages
WORKDIR /app
COPY LICENSE ./
COPY bot bot
COPY knowledge knowledge
COPY flows flows
COPY locales locales
RUN /packages/bin/python -m compileall -q bot
ENV PATH=/packages/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    WEGWEISER_DATA=/data WEGWEISER_KEY_FILE=/run/secrets/master_key WEGWEISER_HOST=0.0.0.0
USER wegweiser
VOLUME /data /backups
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
