"""What the template tags of `portal.templatetags.ui` are made of; knows nothing of provisioning."""
