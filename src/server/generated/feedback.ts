import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ListValue as _google_protobuf_ListValue, ListValue__Output as _google_protobuf_ListValue__Output } from './google/protobuf/ListValue.ts';
import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from './google/protobuf/Struct.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { Value as _google_protobuf_Value, Value__Output as _google_protobuf_Value__Output } from './google/protobuf/Value.ts';
import type { Event as _verdict_v1_Event, Event__Output as _verdict_v1_Event__Output } from './verdict/v1/Event.ts';
import type { FeedbackServiceClient as _verdict_v1_FeedbackServiceClient, FeedbackServiceDefinition as _verdict_v1_FeedbackServiceDefinition } from './verdict/v1/FeedbackService.ts';
import type { Label as _verdict_v1_Label, Label__Output as _verdict_v1_Label__Output } from './verdict/v1/Label.ts';
import type { RecordEventsResponse as _verdict_v1_RecordEventsResponse, RecordEventsResponse__Output as _verdict_v1_RecordEventsResponse__Output } from './verdict/v1/RecordEventsResponse.ts';
import type { Rejection as _verdict_v1_Rejection, Rejection__Output as _verdict_v1_Rejection__Output } from './verdict/v1/Rejection.ts';
import type { ReportLabelsResponse as _verdict_v1_ReportLabelsResponse, ReportLabelsResponse__Output as _verdict_v1_ReportLabelsResponse__Output } from './verdict/v1/ReportLabelsResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      ListValue: MessageTypeDefinition<_google_protobuf_ListValue, _google_protobuf_ListValue__Output>
      NullValue: EnumTypeDefinition
      Struct: MessageTypeDefinition<_google_protobuf_Struct, _google_protobuf_Struct__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
      Value: MessageTypeDefinition<_google_protobuf_Value, _google_protobuf_Value__Output>
    }
  }
  verdict: {
    v1: {
      Event: MessageTypeDefinition<_verdict_v1_Event, _verdict_v1_Event__Output>
      FeedbackService: SubtypeConstructor<typeof grpc.Client, _verdict_v1_FeedbackServiceClient> & { service: _verdict_v1_FeedbackServiceDefinition }
      Label: MessageTypeDefinition<_verdict_v1_Label, _verdict_v1_Label__Output>
      RecordEventsResponse: MessageTypeDefinition<_verdict_v1_RecordEventsResponse, _verdict_v1_RecordEventsResponse__Output>
      Rejection: MessageTypeDefinition<_verdict_v1_Rejection, _verdict_v1_Rejection__Output>
      ReportLabelsResponse: MessageTypeDefinition<_verdict_v1_ReportLabelsResponse, _verdict_v1_ReportLabelsResponse__Output>
    }
  }
}

