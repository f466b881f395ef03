// The only tag of EXIF that stays: which side of the picture is up.

const orientationTag = 0x0112;
const shortType = 3;

/** Whether a picture with this orientation is shown as it is stored. */
export function isUpright(orientation: number): boolean {
  return orientation < 2 || orientation > 8;
}

/** A TIFF structure, big-endian, of one directory with one entry (EXIF 2.32, 4.6). */
export function orientationExif(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(orientationTag, 10);
  tiff.writeUInt16BE(shortType, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}
