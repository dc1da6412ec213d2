import sharp from 'sharp';

/** A grey picture: 8 bits a pixel, row by row. */
export class GreyPicture {
  /**
   * @param {Uint8Array} grey
   * @param {number} width
   * @param {number} height
   */
  constructor(grey, width, height) {
    this.grey = grey;
    this.width = width;
    this.height = height;
  }

  /**
   * @param {string | Buffer} source a file of a picture, or its bytes
   * @returns {Promise<GreyPicture>}
   */
  static async read(source) {
    return GreyPicture.from(sharp(source).rotate().flatten().greyscale());
  }

  /**
   * @param {import('sharp').Sharp} image
   * @returns {Promise<GreyPicture>}
   */
  static async from(image) {
    const { data, info } = await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 1) throw new Error(`${info.channels} channels in a grey picture`);
    return new GreyPicture(data, info.width, info.height);
  }

  /** For sharp's operations; {@link from} leads back. */
  get image() {
    const { width, height } = this;
    return sharp(this.grey, { raw: { width, height, channels: 1 } });
  }

  /**
   * The grey between pixels, whose centres lie at whole numbers; beyond the edges the picture goes on as they are.
   *
   * @param {number} x
   * @param {number} y
   */
  sample(x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - column, y - row];
    const above = this.#pixel(column, row) * (1 - right) + this.#pixel(column + 1, row) * right;
    const below = this.#pixel(column, row + 1) * (1 - right) + this.#pixel(column + 1, row + 1) * right;
    return above * (1 - down) + below * down;
  }

  /**
   * The mean grey of a square around a point.
   *
   * @param {readonly [x: number, y: number]} point
   * @param {number} radius pixels
   */
  tone([x, y], radius) {
    let sum = 0;
    for (let step = 0; step < 25; step++)
      sum += this.sample(x + ((step % 5) / 2 - 1) * radius, y + (Math.floor(step / 5) / 2 - 1) * radius);
    return sum / 25;
  }

  /** @returns {Promise<Buffer>} */
  async png() {
    return this.image.png({ compressionLevel: 1 }).toBuffer();
  }

  /**
   * @param {number} column
   * @param {number} row
   */
  #pixel(column, row) {
    const [x, y] = [
      Math.min(this.width - 1, Math.max(0, column)),
      Math.min(this.height - 1, Math.max(0, row)),
    ];
    return this.grey[y * this.width + x] ?? 0;
  }
}
