"""Settings by concern. Production refuses to boot until everything it needs is there, and says what is missing."""

from config.environment import environment
from config.settings.api import *
from config.settings.apps import *
from config.settings.database import *
from config.settings.files import *
from config.settings.http import *
from config.settings.languages import *
from config.settings.logging import *
from config.settings.messages import *
from config.settings.payments import *
from config.settings.queue import *
from config.settings.sign_in import *
from config.settings.templates import *
from config.settings.tenancy import *

environment.refuse_when_incomplete()
