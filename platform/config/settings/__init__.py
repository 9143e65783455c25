"""Settings by concern. Production refuses to boot until everything it needs is there, and says what is missing."""

from config.environment import environment
from config.settings.api import *  # noqa: F403
from config.settings.apps import *  # noqa: F403
from config.settings.database import *  # noqa: F403
from config.settings.files import *  # noqa: F403
from config.settings.http import *  # noqa: F403
from config.settings.languages import *  # noqa: F403
from config.settings.logging import *  # noqa: F403
from config.settings.messages import *  # noqa: F403
from config.settings.payments import *  # noqa: F403
from config.settings.queue import *  # noqa: F403
from config.settings.sign_in import *  # noqa: F403
from config.settings.templates import *  # noqa: F403
from config.settings.tenancy import *  # noqa: F403

environment.refuse_when_incomplete()
