import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ListValue as _google_protobuf_ListValue, ListValue__Output as _google_protobuf_ListValue__Output } from './google/protobuf/ListValue.ts';
import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from './google/protobuf/Struct.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { Value as _google_protobuf_Value, Value__Output as _google_protobuf_Value__Output } from './google/protobuf/Value.ts';
import type { DecideRequest as _verdict_v1_DecideRequest, DecideRequest__Output as _verdict_v1_DecideRequest__Output } from './verdict/v1/DecideRequest.ts';
import type { DecideResponse as _verdict_v1_DecideResponse, DecideResponse__Output as _verdict_v1_DecideResponse__Output } from './verdict/v1/DecideResponse.ts';
import type { DecisionServiceClient as _verdict_v1_DecisionServiceClient, DecisionServiceDefinition as _verdict_v1_DecisionServiceDefinition } from './verdict/v1/DecisionService.ts';
import type { PolicyVersion as _verdict_v1_PolicyVersion, PolicyVersion__Output as _verdict_v1_PolicyVersion__Output } from './verdict/v1/PolicyVersion.ts';
import type { Reason as _verdict_v1_Reason, Reason__Output as _verdict_v1_Reason__Output } from './verdict/v1/Reason.ts';
import type { Rule as _verdict_v1_Rule, Rule__Output as _verdict_v1_Rule__Output } from './verdict/v1/Rule.ts';
import type { Score as _verdict_v1_Score, Score__Output as _verdict_v1_Score__Output } from './verdict/v1/Score.ts';
import type { Source as _verdict_v1_Source, Source__Output as _verdict_v1_Source__Output } from './verdict/v1/Source.ts';

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
      Completeness: EnumTypeDefinition
      DecideRequest: MessageTypeDefinition<_verdict_v1_DecideRequest, _verdict_v1_DecideRequest__Output>
      DecideResponse: MessageTypeDefinition<_verdict_v1_DecideResponse, _verdict_v1_DecideResponse__Output>
      /**
       * Decides events. A decline is an answer, not an error; so is a decision made without a source that is down.
       */
      DecisionService: SubtypeConstructor<typeof grpc.Client, _verdict_v1_DecisionServiceClient> & { service: _verdict_v1_DecisionServiceDefinition }
      PolicyVersion: MessageTypeDefinition<_verdict_v1_PolicyVersion, _verdict_v1_PolicyVersion__Output>
      Reason: MessageTypeDefinition<_verdict_v1_Reason, _verdict_v1_Reason__Output>
      Rule: MessageTypeDefinition<_verdict_v1_Rule, _verdict_v1_Rule__Output>
      Score: MessageTypeDefinition<_verdict_v1_Score, _verdict_v1_Score__Output>
      Source: MessageTypeDefinition<_verdict_v1_Source, _verdict_v1_Source__Output>
    }
  }
}

