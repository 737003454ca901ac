// Original file: proto/verdict/v1/decision.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DecideRequest as _verdict_v1_DecideRequest, DecideRequest__Output as _verdict_v1_DecideRequest__Output } from '../../verdict/v1/DecideRequest.ts';
import type { DecideResponse as _verdict_v1_DecideResponse, DecideResponse__Output as _verdict_v1_DecideResponse__Output } from '../../verdict/v1/DecideResponse.ts';

/**
 * Decides events. A decline is an answer, not an error; so is a decision made without a source that is down.
 */
export interface DecisionServiceClient extends grpc.Client {
  /**
   * Decides one event. Errors: INVALID_ARGUMENT (bad event, with google.rpc.BadRequest), NOT_FOUND (unknown policy),
   * RESOURCE_EXHAUSTED (overloaded), UNAVAILABLE (not ready or draining); each carries google.rpc.ErrorInfo with domain
   * "verdict".
   */
  Decide(argument: _verdict_v1_DecideRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  Decide(argument: _verdict_v1_DecideRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  Decide(argument: _verdict_v1_DecideRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  Decide(argument: _verdict_v1_DecideRequest, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Decides one event. Errors: INVALID_ARGUMENT (bad event, with google.rpc.BadRequest), NOT_FOUND (unknown policy),
   * RESOURCE_EXHAUSTED (overloaded), UNAVAILABLE (not ready or draining); each carries google.rpc.ErrorInfo with domain
   * "verdict".
   */
  decide(argument: _verdict_v1_DecideRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  decide(argument: _verdict_v1_DecideRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  decide(argument: _verdict_v1_DecideRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  decide(argument: _verdict_v1_DecideRequest, callback: grpc.requestCallback<_verdict_v1_DecideResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Decides events. A decline is an answer, not an error; so is a decision made without a source that is down.
 */
export interface DecisionServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Decides one event. Errors: INVALID_ARGUMENT (bad event, with google.rpc.BadRequest), NOT_FOUND (unknown policy),
   * RESOURCE_EXHAUSTED (overloaded), UNAVAILABLE (not ready or draining); each carries google.rpc.ErrorInfo with domain
   * "verdict".
   */
  Decide: grpc.handleUnaryCall<_verdict_v1_DecideRequest__Output, _verdict_v1_DecideResponse>;
  
}

export interface DecisionServiceDefinition extends grpc.ServiceDefinition {
  Decide: MethodDefinition<_verdict_v1_DecideRequest, _verdict_v1_DecideResponse, _verdict_v1_DecideRequest__Output, _verdict_v1_DecideResponse__Output>
}
