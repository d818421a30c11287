"""Programs that have to run together: started, watched, started again, and ended to the last process."""
