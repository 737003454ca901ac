// Original file: proto/verdict/v1/decision.proto

export const Completeness = {
  COMPLETENESS_UNSPECIFIED: 'COMPLETENESS_UNSPECIFIED',
  /**
   * Every feature the policy needs was present.
   */
  COMPLETE: 'COMPLETE',
  /**
   * A feature was missing, unknown or stood in for by a default.
   */
  PARTIAL: 'PARTIAL',
  /**
   * A source or a model failed, or the deadline came first.
   */
  DEGRADED: 'DEGRADED',
} as const;

export type Completeness =
  | 'COMPLETENESS_UNSPECIFIED'
  | 0
  /**
   * Every feature the policy needs was present.
   */
  | 'COMPLETE'
  | 1
  /**
   * A feature was missing, unknown or stood in for by a default.
   */
  | 'PARTIAL'
  | 2
  /**
   * A source or a model failed, or the deadline came first.
   */
  | 'DEGRADED'
  | 3

export type Completeness__Output = typeof Completeness[keyof typeof Completeness]
