// Original file: proto/verdict/v1/decision.proto


// Original file: proto/verdict/v1/decision.proto

export const _verdict_v1_Score_Status = {
  STATUS_UNSPECIFIED: 'STATUS_UNSPECIFIED',
  OK: 'OK',
  /**
   * An input that the model needs was missing.
   */
  MISSING_INPUT: 'MISSING_INPUT',
  ERROR: 'ERROR',
  /**
   * The answer was settled before the model had to run.
   */
  NOT_AWAITED: 'NOT_AWAITED',
} as const;

export type _verdict_v1_Score_Status =
  | 'STATUS_UNSPECIFIED'
  | 0
  | 'OK'
  | 1
  /**
   * An input that the model needs was missing.
   */
  | 'MISSING_INPUT'
  | 2
  | 'ERROR'
  | 3
  /**
   * The answer was settled before the model had to run.
   */
  | 'NOT_AWAITED'
  | 4

export type _verdict_v1_Score_Status__Output = typeof _verdict_v1_Score_Status[keyof typeof _verdict_v1_Score_Status]

export interface Score {
  /**
   * The score feature's name is its key in the policy; this is the model's.
   */
  'model'?: (string);
  'version'?: (string);
  /**
   * NaN never: without a value the status says why.
   */
  'value'?: (number | string);
  /**
   * Share of the training population with a lower score, 0 to 100.
   */
  'percentile'?: (number | string);
  /**
   * The outcome of the band the score fell into; empty if none.
   */
  'band'?: (string);
  'status'?: (_verdict_v1_Score_Status);
  '_value'?: "value";
  '_percentile'?: "percentile";
}

export interface Score__Output {
  /**
   * The score feature's name is its key in the policy; this is the model's.
   */
  'model': (string);
  'version': (string);
  /**
   * NaN never: without a value the status says why.
   */
  'value'?: (number);
  /**
   * Share of the training population with a lower score, 0 to 100.
   */
  'percentile'?: (number);
  /**
   * The outcome of the band the score fell into; empty if none.
   */
  'band': (string);
  'status': (_verdict_v1_Score_Status__Output);
  '_value'?: "value";
  '_percentile'?: "percentile";
}
