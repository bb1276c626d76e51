// Tells whoever wants it, by a sound or a notification, that a new request waits, or that somebody writes of an emergency.
// Nothing about the request is said.
"use strict";
(() => {
  const box = document.getElementById("notify");
  if (!box) return;
  const [sound, notification] = ["sound", "notification"].map((name) => box.querySelector(`[name=${name}]`));
  const waiting = () => Number(document.getElementById("queue")?.dataset.waiting || 0);
  const alarm = () => document.getElementById("queue")?.dataset.alarm || "";
  let before = waiting(), alarmed = alarm();

  const beep = () => {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.setValueAtTime(0.15, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
    tone.frequency.value = 660;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.6);
    tone.onended = () => audio.close();
  };
  const tell = (body, tag) => {
    if (sound.checked) beep();
    if (notification.checked) new Notification(box.dataset.title, { body, tag, renotify: true });
  };

  box.hidden = false;
  sound.checked = localStorage.getItem("sound") === "1";
  if (!("Notification" in window)) notification.closest("label").remove();
  else notification.checked = localStorage.getItem("notification") === "1" && Notification.permission === "granted";
  sound.addEventListener("change", () => {
    localStorage.setItem("sound", sound.checked ? "1" : "0");
    if (sound.checked) beep();
  });
  notification.addEventListener("change", async () => {
    if (notification.checked && (await Notification.requestPermission()) !== "granted") notification.checked = false;
    localStorage.setItem("notification", notification.checked ? "1" : "0");
  });
  new MutationObserver(() => {
    const now = waiting(), last = alarm();
    if (last > alarmed) tell(box.dataset.alarm, "alarm");
    else if (now > before) tell(box.dataset.text, "waiting");
    [before, alarmed] = [now, last];
  }).observe(document.getElementById("main"), { childList: true, subtree: true, attributes: true, attributeFilter: ["data-waiting", "data-alarm"] });
})();
