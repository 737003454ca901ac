// Original file: proto/verdict/v1/feedback.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Event as _verdict_v1_Event, Event__Output as _verdict_v1_Event__Output } from '../../verdict/v1/Event.ts';
import type { Label as _verdict_v1_Label, Label__Output as _verdict_v1_Label__Output } from '../../verdict/v1/Label.ts';
import type { RecordEventsResponse as _verdict_v1_RecordEventsResponse, RecordEventsResponse__Output as _verdict_v1_RecordEventsResponse__Output } from '../../verdict/v1/RecordEventsResponse.ts';
import type { ReportLabelsResponse as _verdict_v1_ReportLabelsResponse, ReportLabelsResponse__Output as _verdict_v1_ReportLabelsResponse__Output } from '../../verdict/v1/ReportLabelsResponse.ts';

export interface FeedbackServiceClient extends grpc.Client {
  /**
   * Feeds the policy's aggregates with events that were never decided here, such as history.
   */
  RecordEvents(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  RecordEvents(metadata: grpc.Metadata, callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  RecordEvents(options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  RecordEvents(callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  /**
   * Feeds the policy's aggregates with events that were never decided here, such as history.
   */
  recordEvents(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  recordEvents(metadata: grpc.Metadata, callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  recordEvents(options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  recordEvents(callback: grpc.requestCallback<_verdict_v1_RecordEventsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Event>;
  
  /**
   * Brings later truth (fraud, chargeback) to events by their request_id, whenever it arrives: before its event, after it, or again.
   */
  ReportLabels(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  ReportLabels(metadata: grpc.Metadata, callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  ReportLabels(options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  ReportLabels(callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  /**
   * Brings later truth (fraud, chargeback) to events by their request_id, whenever it arrives: before its event, after it, or again.
   */
  reportLabels(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  reportLabels(metadata: grpc.Metadata, callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  reportLabels(options: grpc.CallOptions, callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  reportLabels(callback: grpc.requestCallback<_verdict_v1_ReportLabelsResponse__Output>): grpc.ClientWritableStream<_verdict_v1_Label>;
  
}

export interface FeedbackServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Feeds the policy's aggregates with events that were never decided here, such as history.
   */
  RecordEvents: grpc.handleClientStreamingCall<_verdict_v1_Event__Output, _verdict_v1_RecordEventsResponse>;
  
  /**
   * Brings later truth (fraud, chargeback) to events by their request_id, whenever it arrives: before its event, after it, or again.
   */
  ReportLabels: grpc.handleClientStreamingCall<_verdict_v1_Label__Output, _verdict_v1_ReportLabelsResponse>;
  
}

export interface FeedbackServiceDefinition extends grpc.ServiceDefinition {
  RecordEvents: MethodDefinition<_verdict_v1_Event, _verdict_v1_RecordEventsResponse, _verdict_v1_Event__Output, _verdict_v1_RecordEventsResponse__Output>
  ReportLabels: MethodDefinition<_verdict_v1_Label, _verdict_v1_ReportLabelsResponse, _verdict_v1_Label__Output, _verdict_v1_ReportLabelsResponse__Output>
}
