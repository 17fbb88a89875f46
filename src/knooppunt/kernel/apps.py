"""Names the kernel for Django."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The kernel: actors, access, work, log, outbox."""

    name = "knooppunt.kernel"
    label = "kernel"
