"""The composition root: wires core, services and adapters by constructor arguments, starts and stops them."""

from bot.app.bots import staff_services as staff_services
from bot.app.pages import web as web
from bot.app.parts import OUTAGES as OUTAGES
from bot.app.parts import NoAlerts as NoAlerts
from bot.app.parts import Parts as Parts
from bot.app.parts import SystemClock as SystemClock
from bot.app.parts import keep_editions as keep_editions
from bot.app.parts import new_id as new_id
from bot.app.parts import open_store as open_store
from bot.app.parts import translator as translator
from bot.app.parts import wire as wire
from bot.app.serving import serve as serve
