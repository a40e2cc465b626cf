"""All files of a run joined into one model: names linked, types told, every long-lived map with its life story."""
