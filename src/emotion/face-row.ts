/** What a model sees of one face. */
export interface FaceRow {
  /** Its normalised landmarks. */
  features: ArrayLike<number>;
  /** As `DetectedFace.description`; absent if nobody asked for it. */
  description?: Uint8Array | undefined;
}

/** Most features a row. */
export const maxColumns = 65_536;
