"""Photos of a station (chapter 2, 2 (1)-(2)): what comes in is read as a picture and encoded anew, so that nothing but the
picture stays: no place, no owner's name, no file behind the picture, and not the sender's file name."""

import struct
import warnings
import zlib
from io import BytesIO
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from PIL import Image, ImageOps

from stations.registry.models import Photo, Station
from stations.unions.access import Ability
from stations.unions.models import User

MOST = 6
LARGEST_BYTES = 12 * 1024 * 1024
LARGEST_PIXELS = 25_000_000
LONGER_SIDE = 1600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip

TOO_MANY = _("A station has at most %(most)s photos: delete one first.")
TOO_LARGE = _("The file is larger than %(megabytes)s MB: take the photo in a lower resolution.")
TOO_WIDE = _("The picture has more than %(megapixels)s million pixels: take the photo in a lower resolution.")
NO_PICTURE = _("The file cannot be read as a picture: save it as JPEG or PNG and send it again.")


class PhotoError(ValueError):
    """A photo that cannot be taken in; the text says what to do."""


@transaction.atomic
def add_photo(
    *, station: Station, by: User | AnonymousUser, upload: UploadedFile, caption: str = ""
) -> Photo:
    """Keep the picture that is in `upload`. PhotoError where there is none, it is too large, or the station has enough."""
    _authorise(station, by)
    assert isinstance(by, User)  # noqa: S101  (whom _authorise lets through)
    Station.objects.select_for_update().get(pk=station.pk)
    if station.photos.count() >= MOST:
        raise PhotoError(gettext(TOO_MANY) % {"most": MOST})
    if (upload.size or 0) > LARGEST_BYTES:
        raise PhotoError(gettext(TOO_LARGE) % {"megabytes": LARGEST_BYTES // 1024**2})
    picture = ContentFile(encoded_anew(upload.read()), name=f"{uuid4().hex}.jpg")
    return Photo.objects.create(station=station, by=by, file=picture, caption=caption)


@transaction.atomic
def remove_photo(*, photo: Photo, by: User | AnonymousUser) -> None:
    """Delete the photo, and its file once that is certain."""
    _authorise(photo.station, by)
    storage, name = photo.file.storage, str(photo.file.name)
    photo.delete()
    transaction.on_commit(lambda: storage.delete(name))


def encoded_anew(content: bytes) -> bytes:
    """The picture as a JPEG of at most `LONGER_SIDE` pixels that carries nothing else. PhotoError where there is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encoded(Image.open(BytesIO(content), formats=FORMATS))
    except PhotoError:
        raise
    except UNREADABLE as error:
        raise PhotoError(gettext(NO_PICTURE)) from error


def _encoded(picture: Image.Image) -> bytes:
    if picture.width * picture.height > LARGEST_PIXELS:
        raise PhotoError(gettext(TOO_WIDE) % {"megapixels": LARGEST_PIXELS // 10**6})
    picture.draft("RGB", (LONGER_SIDE, LONGER_SIDE))  # a JPEG is decoded at a half or a quarter right away
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGER_SIDE, LONGER_SIDE))
    bare = Image.new("RGB", upright.size, "white")  # without the comments and profiles that a copy keeps
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        bare.paste(layer, mask=layer)
    else:
        bare.paste(upright.convert("RGB"))
    made = BytesIO()
    bare.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _authorise(station: Station, by: User | AnonymousUser) -> None:
    if not station.allows(by, Ability.EDIT_STATION):
        raise PermissionDenied
