"""The portal's settings with a disk that tests can fill."""

from portal import settings as portal

globals().update({name: value for name, value in vars(portal).items() if name.isupper()})

INSTALLED_APPS = [*portal.INSTALLED_APPS, "tests.chaos.full_disk.FullDisk"]
