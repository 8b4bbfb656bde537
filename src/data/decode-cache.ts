import type { DecodedPicture, PictureDecoder } from './picture-decoder.js';

/**
 * A decoder that keeps the pictures it decoded, up to `maxBytes`. Those that came first stay: every epoch asks for each
 * picture once, in an order of its own, so dropping the oldest would only drop what the next epoch wants.
 */
export class DecodeCache implements PictureDecoder {
  private readonly kept = new Map<string, DecodedPicture>();
  private bytes = 0;

  constructor(
    private readonly decoder: PictureDecoder,
    private readonly maxBytes: number,
  ) {}

  get workers(): number {
    return this.decoder.workers;
  }

  /** A kept picture took 0 seconds. Throws FileError for a picture that cannot be read or decoded; it is not kept. */
  async decode(path: string): Promise<DecodedPicture> {
    const known = this.kept.get(path);
    if (known) return known;
    const picture = await this.decoder.decode(path);
    const { length } = picture.image.data;
    if (this.bytes + length <= this.maxBytes && !this.kept.has(path)) {
      this.kept.set(path, { image: picture.image, seconds: 0 });
      this.bytes += length;
    }
    return picture;
  }
}
