// Being asked before one is added to a group.
import { GroupRequestList } from '../../../../../protocol/frames/group-requests.ts';
import { opcodes } from '../../../../../protocol/opcodes.ts';
import type { Operation } from '../operation.ts';

export const groupRequestRoutes: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/group-requests',
    operationId: 'listGroupRequests',
    summary: 'List the groups that you are asked to come into',
    description: 'With whoever may add you to groups without asking: `groupsFrom`.',
    tag: 'Groups',
    opcode: opcodes.groupRequests,
    status: 200,
    answer: GroupRequestList,
    refusals: [],
  },
  {
    method: 'put',
    path: '/v1/group-requests/{conversationId}',
    operationId: 'acceptGroupRequest',
    summary: 'Come into a group that you are asked into',
    description: 'You are added by the one who asked, who has to be an admin of the group still (ACC-5).',
    tag: 'Groups',
    opcode: opcodes.answerGroupRequest,
    fixed: { accept: true },
    status: 204,
    answer: null,
    refusals: ['invitation_invalid', 'group_full'],
  },
  {
    method: 'delete',
    path: '/v1/group-requests/{conversationId}',
    operationId: 'declineGroupRequest',
    summary: 'Decline to come into a group',
    description: 'Nobody is told, and you are not asked again for this group. A repeat changes nothing.',
    tag: 'Groups',
    opcode: opcodes.answerGroupRequest,
    fixed: { accept: false },
    status: 204,
    answer: null,
    refusals: ['invitation_invalid'],
  },
  {
    method: 'put',
    path: '/v1/settings/groups-from',
    operationId: 'setGroupsFrom',
    summary: 'Set who may add you to groups without asking',
    description:
      '`contacts` are people whom you have written to in your direct conversation. Everyone else has to ask (ACC-5).',
    tag: 'Account',
    opcode: opcodes.setGroupsFrom,
    status: 204,
    answer: null,
    refusals: [],
  },
];
