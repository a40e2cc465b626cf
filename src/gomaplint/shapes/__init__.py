"""What rules speak of, found over the model: loops that empty maps, values that pin, races around a sync.Map ..."""
