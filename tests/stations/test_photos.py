"""A photo is encoded anew: only the picture stays, and who may not see the station does not see its photos."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from stations.registry import photos
from stations.registry.models import Photo
from stations.registry.photos import PhotoError, add_photo, encoded_anew, remove_photo
from tests.conftest import manages

GPS, OWNER, ORIENTATION = 0x8825, 0x013B, 0x0112


def jpeg(size=(60, 40), colour="red", **more) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, "JPEG", **more)
    return made.getvalue()


def from_a_phone(size=(60, 40), orientation=1) -> bytes:
    """With the place, the owner, a comment and a preview, as phones write them."""
    exif = Image.Exif()
    exif[OWNER] = "OWNER-NAME"
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (31.0, 14.0, 5.0), 3: "E", 4: (121.0, 28.0, 6.0)}
    return jpeg(size, exif=exif, comment="SECRET-COMMENT", xmp=b"<x:xmpmeta>SECRET-XMP</x:xmpmeta>")


def upload(content=None, name="IMG_机主_20261125.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or jpeg(), content_type="image/jpeg")


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_the_fixture_does_carry_a_place_and_an_owner():
    exif = opened(from_a_phone()).getexif()
    assert exif[OWNER] == "OWNER-NAME"
    assert exif.get_ifd(GPS)
    assert b"SECRET" in from_a_phone()


def test_nothing_but_the_picture_stays():
    made = encoded_anew(from_a_phone())
    picture = opened(made)
    assert picture.format == "JPEG"
    assert dict(picture.getexif()) == {}
    assert not picture.getexif().get_ifd(GPS)
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (b"SECRET", b"OWNER", b"Exif", b"http"):
        assert secret not in made


def test_a_picture_taken_sideways_stands_upright():
    assert opened(encoded_anew(from_a_phone((60, 40), orientation=6))).size == (40, 60)


def test_a_large_picture_becomes_small_and_a_small_one_stays():
    assert opened(encoded_anew(jpeg((4000, 3000)))).size == (1600, 1200)
    assert opened(encoded_anew(jpeg((60, 40)))).size == (60, 40)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_become_a_jpeg_on_white(kind):
    made = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(made, kind)
    picture = opened(encoded_anew(made.getvalue()))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    assert picture.getpixel((10, 10)) == (255, 255, 255)


def test_a_file_that_is_also_a_page_becomes_a_plain_picture():
    for behind in (b"<script>alert(1)</script>", b"PK\x03\x04" + b"x" * 500, b"<?php system($_GET[0]); ?>"):
        made = encoded_anew(jpeg() + behind)
        assert behind not in made
        assert made.endswith(b"\xff\xd9")


def bomb() -> bytes:
    """A small PNG of 30,000 x 30,000 pixels."""
    made = BytesIO()
    Image.new("1", (30_000, 30_000)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"no", b"GIF89a" + b"\0" * 40, jpeg()[:200], jpeg()[:-30][:400], b"\x89PNG\r\n\x1a\n" + b"\xff" * 99,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"%PDF-1.7", b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(PhotoError):
        encoded_anew(content)


def test_a_picture_that_unpacks_to_too_much_is_refused():
    content = bomb()
    assert len(content) < 1_000_000
    with pytest.raises(PhotoError):
        encoded_anew(content)
    with pytest.raises(PhotoError, match="25"):
        encoded_anew(jpeg((6000, 4300)))


def test_the_senders_file_name_is_not_kept(make_station, alice):
    photo = add_photo(
        station=make_station(), by=alice, upload=upload(name="../../机主.jpg.php"), caption="门口"
    )
    assert "机主" not in photo.file.name
    assert photo.file.name.endswith(".jpg")
    assert "/.." not in photo.file.name


def test_a_station_has_six_photos_at_most(make_station, alice):
    station = make_station()
    for _ in range(photos.MOST):
        add_photo(station=station, by=alice, upload=upload())
    with pytest.raises(PhotoError):
        add_photo(station=station, by=alice, upload=upload())


def test_a_file_too_large_is_refused_unread(make_station, alice, monkeypatch):
    monkeypatch.setattr(photos, "LARGEST_BYTES", 100)
    with pytest.raises(PhotoError):
        add_photo(station=make_station(), by=alice, upload=upload())


def test_only_those_who_edit_the_station_add_and_delete(
    make_station, alice, bob, mona, ivy, charlie, bank_union
):
    own, other = make_station(), make_station("别的", union=bank_union)
    manages(mona, own)
    for person in (alice, bob, mona):
        remove_photo(photo=add_photo(station=own, by=person, upload=upload()), by=person)
    for person, station in ((bob, other), (mona, other), (ivy, own), (charlie, own)):
        with pytest.raises(PermissionDenied):
            add_photo(station=station, by=person, upload=upload())
    photo = add_photo(station=other, by=alice, upload=upload())
    with pytest.raises(PermissionDenied):
        remove_photo(photo=photo, by=bob)


def test_a_deleted_photo_leaves_no_file(make_station, alice, django_capture_on_commit_callbacks):
    photo = add_photo(station=make_station(), by=alice, upload=upload())
    name = photo.file.name
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(photo=photo, by=alice)
    assert not default_storage.exists(name)


def test_the_public_sees_photos_of_active_stations_as_plain_pictures(make_station, alice, client):
    station = make_station()
    photo = add_photo(station=station, by=alice, upload=upload(from_a_phone()), caption="<b>门口</b>")
    answer = client.get(f"/stations/{station.pk}/photos/{photo.pk}.jpg")
    body = answer.content
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert body.startswith(b"\xff\xd8")
    assert dict(opened(body).getexif()) == {}
    page = client.get(f"/stations/{station.pk}/").content.decode()
    assert f'src="/stations/{station.pk}/photos/{photo.pk}.jpg"' in page
    assert "&lt;b&gt;门口&lt;/b&gt;" in page


def test_photos_of_other_stations_are_hidden_with_them(make_station, alice, client, signed_in):
    hidden, public = make_station(status="suspended"), make_station("公开")
    photo = add_photo(station=hidden, by=alice, upload=upload())
    assert client.get(f"/stations/{hidden.pk}/photos/{photo.pk}.jpg").status_code == 404
    assert client.get(f"/stations/{public.pk}/photos/{photo.pk}.jpg").status_code == 404
    answer = signed_in(alice).get(f"/stations/{hidden.pk}/photos/{photo.pk}.jpg")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_a_photo_whose_file_is_gone_is_missing(make_station, alice, client):
    station = make_station()
    photo = add_photo(station=station, by=alice, upload=upload())
    default_storage.delete(photo.file.name)
    assert client.get(f"/stations/{station.pk}/photos/{photo.pk}.jpg").status_code == 404


def test_a_manager_adds_a_photo_on_the_page_and_deletes_it(make_station, mona, signed_in):
    station = make_station()
    manages(mona, station)
    client = signed_in(mona)
    answer = client.post(f"/desk/stations/{station.pk}/photos/", {"file": upload(), "caption": "门口"})
    assert answer["Location"] == f"/desk/stations/{station.pk}/#photos"
    photo = Photo.objects.get()
    assert (photo.caption, photo.by) == ("门口", mona)
    client.post(f"/desk/stations/{station.pk}/photos/{photo.pk}/delete/")
    assert not Photo.objects.exists()


def test_a_file_that_is_no_picture_comes_back_with_the_caption(make_station, alice, signed_in):
    station = make_station()
    answer = signed_in(alice).post(
        f"/desk/stations/{station.pk}/photos/", {"file": upload(b"x" * 50), "caption": "我的说明"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "无法识别为图片" in page
    assert 'value="我的说明"' in page
    assert not Photo.objects.exists()
