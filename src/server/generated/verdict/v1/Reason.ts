// Original file: proto/verdict/v1/decision.proto


export interface Reason {
  'code'?: (string);
  /**
   * The text for staff (`reasons.<code>.internal` of the policy).
   */
  'message'?: (string);
  /**
   * What gave it: the name of a rule, or `gate`, `points`, or the name of a score feature.
   */
  'rule'?: (string);
}

export interface Reason__Output {
  'code': (string);
  /**
   * The text for staff (`reasons.<code>.internal` of the policy).
   */
  'message': (string);
  /**
   * What gave it: the name of a rule, or `gate`, `points`, or the name of a score feature.
   */
  'rule': (string);
}
