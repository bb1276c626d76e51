"""Other people's calendars: files for them (iCalendar, RFC 5545), and the servers they are on (CalDAV, RFC 4791)."""

from bot.adapters.calendars.caldav import CalDav, host
from bot.adapters.calendars.files import calendar_file, feed_file

__all__ = ["CalDav", "calendar_file", "feed_file", "host"]
