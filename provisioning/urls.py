"""The site map: one word per page, the same in address, view, form, template and test."""

from django.urls import include, path

from provisioning.views import (
    add_assignment,
    applications,
    assignments,
    cycles,
    groups,
    logs,
    mappings,
    new_application,
    outbox,
    overview,
    provisioning,
    users,
)

application = [
    path("", overview.overview, name="application"),
    path("status/", overview.status, name="application-status"),
    path("start/", overview.start, name="start"),
    path("stop/", overview.stop, name="stop"),
    path("restart/", overview.restart, name="restart"),
    path("sync/", overview.sync_now, name="sync-now"),
    path("provisioning/", provisioning.provisioning, name="provisioning"),
    path("provisioning/test/", provisioning.test_connection, name="test-connection"),
    path("provisioning/details/", provisioning.details, name="sync-details"),
    path("mappings/", mappings.mappings, name="mappings"),
    path("mappings/restore/", mappings.restore, name="restore-mappings"),
    path("mappings/<slug:object_type>/", mappings.mapping, name="mapping"),
    path("mappings/<slug:object_type>/new/", mappings.new_row, name="new-mapping-row"),
    path("mappings/<slug:object_type>/<int:row_id>/", mappings.row, name="mapping-row"),
    path("mappings/<slug:object_type>/<int:row_id>/delete/", mappings.delete_row, name="delete-mapping-row"),
    path("users/", assignments.assignments, name="assignments"),
    path("users/add/", add_assignment.add, name="add-assignment"),
    path("users/edit/", assignments.edit, name="edit-assignment"),
    path("users/remove/", assignments.remove, name="remove-assignment"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/<uuid:cycle_id>/", cycles.cycle, name="cycle"),
    path("logs/", logs.logs, name="logs"),
]

urlpatterns = [
    path("", applications.home, name="home"),
    path("applications/", applications.applications, name="applications"),
    path("applications/new/", new_application.gallery, name="new-application"),
    path("applications/new/<slug:gallery_key>/", new_application.create, name="new-application-from"),
    path("applications/<uuid:application_id>/", include(application)),
    path("logs/", logs.all_logs, name="all-logs"),
    path("users/", users.users, name="users"),
    path("users/new/", users.new, name="new-user"),
    path("users/<uuid:object_id>/", users.user, name="user"),
    path("users/<uuid:object_id>/edit/", users.edit, name="edit-user"),
    path("users/<uuid:object_id>/<slug:deed>/", users.act, name="user-action"),
    path("groups/", groups.groups, name="groups"),
    path("groups/<uuid:object_id>/", groups.group, name="group"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:mail_id>/", outbox.mail, name="mail"),
]
