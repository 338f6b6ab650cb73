import type { Channel, ChannelSettings } from './channel.js';
import { post } from './post.js';
import { slackMessage } from './slack-message.js';
import type { Target } from './target.js';

/** An incoming webhook of Slack, or of what takes the same messages. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function slack(target: Target, url: URL, settings: ChannelSettings): Channel {
  const { version, report, timeout = 10_000 } = settings;
  return {
    target,
    payload: (finding) => JSON.stringify(slackMessage(finding, report)),
    send: (body) =>
      post({ url, body, headers: { 'user-agent': `rolecall/${version}` }, timeout, words: true }),
  };
}
