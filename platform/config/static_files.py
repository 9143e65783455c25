"""Static files in production: names carry their content's hash, also where a script of ours imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    # Without it a script asks for the plain name of the next one, which browsers may have kept from before an update.
    # Django's own switch for this also reads other people's files, where imports in comments lead nowhere.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r'(?P<matched>from "(?P<url>\./\w+\.js)")', 'from "%(url)s"'),)),
    )
