"""Which hosts only this machine reaches."""

import pytest

from mockai.transports.loopback import is_loopback


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("::1%lo", True),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(address, loopback):
    assert is_loopback(address) is loopback
