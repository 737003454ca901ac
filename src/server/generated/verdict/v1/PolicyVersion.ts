// Original file: proto/verdict/v1/decision.proto


export interface PolicyVersion {
  'id'?: (string);
  /**
   * SHA-256 of the bundle (policies and models) that decided, hexadecimal.
   */
  'digest'?: (string);
}

export interface PolicyVersion__Output {
  'id': (string);
  /**
   * SHA-256 of the bundle (policies and models) that decided, hexadecimal.
   */
  'digest': (string);
}
