import type { Digest } from './digest.js';

export type ModelKind = 'cascade' | 'facemark';

/** A file that the vision needs and that is fetched, never shipped. */
export interface ModelFile {
  readonly kind: ModelKind;
  readonly name: string;
  /** Size of the public file in bytes; only shown, and asked of the disk before a transfer says more. */
  readonly approximateBytes: number;
  readonly url: string;
  /** Digest of the public file. A mirror's own `SHA256SUMS` takes its place. */
  readonly pin: Digest;
  /** Where distributions put the same file. */
  readonly systemCopies: readonly string[];
  /** The Debian package that brings the first of them. */
  readonly systemPackage?: string;
}

/** The two model files and their pins. */
export const catalog: Readonly<Record<ModelKind, ModelFile>> = {
  cascade: {
    kind: 'cascade',
    name: 'haarcascade_frontalface_default.xml',
    approximateBytes: 930_127,
    url: 'https://raw.githubusercontent.com/opencv/opencv/master/data/haarcascades/haarcascade_frontalface_default.xml',
    pin: { algorithm: 'sha256', hex: '0f7d4527844eb514d4a4948e822da90fbb16a34a0bbbbc6adc6498747a5aafb0' },
    systemCopies: ['/usr/share/opencv4', '/usr/local/share/opencv4', '/usr/share/opencv'].map(
      (folder) => `${folder}/haarcascades/haarcascade_frontalface_default.xml`,
    ),
    systemPackage: 'opencv-data',
  },
  facemark: {
    kind: 'facemark',
    name: 'lbfmodel.yaml',
    approximateBytes: 56_400_000,
    url: 'https://raw.githubusercontent.com/kurnianggoro/GSOC2017/master/data/lbfmodel.yaml',
    pin: { algorithm: 'gitBlob', hex: '417d6db318df9867ebd1f8a0a7cf3a2a82eb1610' },
    systemCopies: [],
  },
};

export const modelKinds: readonly ModelKind[] = ['cascade', 'facemark'];
