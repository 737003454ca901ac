// Original file: proto/verdict/v1/decision.proto


// Original file: proto/verdict/v1/decision.proto

export const _verdict_v1_Rule_Result = {
  RESULT_UNSPECIFIED: 'RESULT_UNSPECIFIED',
  FIRED: 'FIRED',
  NOT_FIRED: 'NOT_FIRED',
  UNKNOWN: 'UNKNOWN',
} as const;

export type _verdict_v1_Rule_Result =
  | 'RESULT_UNSPECIFIED'
  | 0
  | 'FIRED'
  | 1
  | 'NOT_FIRED'
  | 2
  | 'UNKNOWN'
  | 3

export type _verdict_v1_Rule_Result__Output = typeof _verdict_v1_Rule_Result[keyof typeof _verdict_v1_Rule_Result]

export interface Rule {
  'name'?: (string);
  /**
   * The outcome the rule asks for when it fires, or `points`.
   */
  'outcome'?: (string);
  /**
   * `live` or `shadow`.
   */
  'mode'?: (string);
  'result'?: (_verdict_v1_Rule_Result);
}

export interface Rule__Output {
  'name': (string);
  /**
   * The outcome the rule asks for when it fires, or `points`.
   */
  'outcome': (string);
  /**
   * `live` or `shadow`.
   */
  'mode': (string);
  'result': (_verdict_v1_Rule_Result__Output);
}
