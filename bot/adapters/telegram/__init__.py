"""Telegram: the newcomers' bot, the staff bot, and the receiver both share."""
