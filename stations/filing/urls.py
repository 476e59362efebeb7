"""The desk's pages of filings, under /desk/filings/."""

from django.urls import path

from stations.filing.annex2 import pages as annex2
from stations.filing.pages import acceptance, changes, form, queue, register, stations

app_name = "filing"

urlpatterns = [
    path("", queue.filings, name="list"),
    path("new/", form.new, name="new"),
    path("nameplates/", register.register, name="nameplates"),
    path("<int:pk>/", form.filing, name="filing"),
    path("<int:pk>/head/", form.head, name="head"),
    path("<int:pk>/step/", form.step, name="step"),
    path("<int:pk>/delete/", form.delete, name="delete"),
    path("<int:pk>/stations/new/", stations.add, name="add"),
    path("<int:pk>/stations/choose/", stations.choose, name="choose"),
    path("<int:pk>/stations/<int:item_pk>/", stations.edit, name="edit"),
    path("<int:pk>/stations/<int:item_pk>/remove/", stations.remove, name="remove"),
    path("<int:pk>/stations/<int:item_pk>/reason/", stations.reason, name="reason"),
    path("<int:pk>/stations/<int:item_pk>/acceptance/", acceptance.acceptance, name="acceptance"),
    path("<int:pk>/changes/", changes.changes, name="changes"),
    path("template.xlsx", annex2.template, name="template"),
    path("<int:pk>/upload/", annex2.upload, name="upload"),
    path("<int:pk>/upload/<int:upload_pk>/", annex2.check, name="upload-check"),
    path("<int:pk>/upload/<int:upload_pk>/to-correct.xlsx", annex2.rejects, name="rejects"),
    path("<int:pk>/annex2.xlsx", annex2.xlsx, name="xlsx"),
    path("<int:pk>/annex2.pdf", annex2.pdf, name="pdf"),
]
