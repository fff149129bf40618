"""What stops a back-up or a restore."""


class BackupFault(Exception):
    """Nothing was made, or nothing was restored. The message is a sentence for the one who runs Hjulet."""


class DamagedCopy(BackupFault):
    """The file is cut off or is not what was written."""
