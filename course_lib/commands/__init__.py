"""The `course` command: `course check`, `course status`, `course submit`."""
