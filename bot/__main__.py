"""`python -m bot` is the same as `wegweiser`."""

from bot.cli import main

if __name__ == "__main__":
    main()
