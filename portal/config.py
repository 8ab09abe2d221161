"""Settings of the installation, each with a sentence; read from the environment, never from a request.

What a county decides (thresholds, dates, offices that sign) is not here but in `portal.places` settings, dated.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """One installation's settings."""

    instance: Path
    """Folder for databases, keys, fonts and evidence files (`PORTAL_INSTANCE`)."""
    database_url: str
    """SQLAlchemy address of the database (`PORTAL_DATABASE_URL`)."""
    public_url: str
    """What QR codes and links on paper point to (`PORTAL_PUBLIC_URL`), without a slash at the end."""
    demo: bool = False
    """Demo data: a DEMO band on every page and notice, known passwords, no second factor."""
    page_cache_mb: int = 64
    """Memory for whole public pages, megabytes a worker; 0 switches the cache off (`PORTAL_PAGE_CACHE_MB`)."""
    testing: bool = False
    """Set by the tests only."""

    @property
    def keys(self) -> Path:
        return self.instance / "keys"

    @property
    def fonts(self) -> Path:
        return self.instance / "fonts"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; the database is the one named, else portal.db, else demo.db of the instance."""
    instance = Path(environ.get("PORTAL_INSTANCE", ROOT / "instance")).resolve()
    demo_file = instance / "demo.db"
    real_file = instance / "portal.db"
    url = environ.get("PORTAL_DATABASE_URL")
    if not url:
        url = f"sqlite:///{demo_file if demo_file.exists() and not real_file.exists() else real_file}"
    return Settings(
        instance=instance,
        database_url=url,
        public_url=environ.get("PORTAL_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        demo=url == f"sqlite:///{demo_file}" or environ.get("PORTAL_DEMO") == "1",
        page_cache_mb=int(environ.get("PORTAL_PAGE_CACHE_MB", 64)),
    )
