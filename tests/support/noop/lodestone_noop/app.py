"""The service `noop`."""

from lodestone.worker.app import WorkerApp, build_service


def build_app() -> WorkerApp:
    """The app, set up from the environment."""
    return build_service("noop")
