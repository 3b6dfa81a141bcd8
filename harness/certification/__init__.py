"""Certification: the checks that a cell must pass before it is compared with others."""

from .cache import find as certificate_of
from .cache import keep
from .certificate import Certificate
from .judge import certify

__all__ = ["Certificate", "certificate_of", "certified", "certify"]


def certified(variant):
    """The certificate of a cell: the stored one if it is still valid, else a new one.

    Args:
        variant: an instance of a variant.

    Returns:
        Certificate.

    Raises:
        As ``certify``.
    """
    certificate = certificate_of(variant)
    if certificate is None:
        certificate = certify(variant)
        keep(variant, certificate)
    return certificate
