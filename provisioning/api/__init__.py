"""The face for programs: the paths, the JSON and the errors of Microsoft Graph."""
