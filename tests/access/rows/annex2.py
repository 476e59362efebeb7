"""Annex 2 as files: the empty form, its upload by the union that files, and filings as XLSX and PDF for whoever sees them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.rows import row
from tests.access.who import OFFICER_OF_IT, READERS_OF_CHANGE, READERS_OF_FILING, who

THOSE_WHO_FILE = who("bob", "beth", "root")
THE_SENDER = who("bob.own", "beth.other")
BUT_A_STRANGER_TO_THE_UPLOAD = READERS_OF_FILING - who("root")


def a_list(world):
    content = "名称,地址,经度,纬度\n上传站,测试路1号,121.4,31.45\n,测试路2号,121.41,31.45\n".encode()
    return {"file": SimpleUploadedFile("list.csv", content), "datum": "wgs84"}


UPLOADED = {"pk": "draft", "upload_pk": "upload", "sees": BUT_A_STRANGER_TO_THE_UPLOAD}

ROWS = [
    row("desk/filings/template.xlsx", get=THOSE_WHO_FILE),
    row("desk/filings/<int:pk>/upload/", pk="draft", sees=READERS_OF_FILING,
        get=OFFICER_OF_IT, post=OFFICER_OF_IT.doing(a_list)),
    row("desk/filings/<int:pk>/upload/<int:upload_pk>/", **UPLOADED, get=THE_SENDER, post=THE_SENDER),
    row("desk/filings/<int:pk>/upload/<int:upload_pk>/to-correct.xlsx", **UPLOADED, get=THE_SENDER),
    row("desk/filings/<int:pk>/annex2.xlsx", pk="draft", sees=READERS_OF_FILING, get=READERS_OF_FILING),
    row("desk/filings/<int:pk>/annex2.xlsx", pk="change", sees=READERS_OF_CHANGE, get=READERS_OF_CHANGE),
    row("desk/filings/<int:pk>/annex2.pdf", pk="approved", sees=READERS_OF_FILING, get=READERS_OF_FILING),
    row("desk/filings/<int:pk>/annex2.pdf", pk="change", sees=READERS_OF_CHANGE, get=READERS_OF_CHANGE),
]  # fmt: skip
