import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { administer } from './administer.js';

const KIND = "enum('none','photo','video','document','audio','voice','sticker','animation','other')";
const STATUS = "enum('retrieved','downloaded','archived','deleted','failed')";
const CHANGED = 'datetime default current_timestamp on update current_timestamp';

/** The tables of Telegram Utilities, as its schema has them, with or without what its migration adds. */
function tables(hostnames: boolean): string[] {
  const host = (name: string): string => (hostnames ? `${name} varchar(255),` : '');
  const end = 'engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci';
  return [
    `create table messages (id bigint primary key auto_increment, message_id bigint not null, chat_id bigint not null,
      chat_name varchar(255), sender_id bigint, sender_name varchar(255), message_date datetime not null, message_text text,
      media_type ${KIND} default 'none', media_file_name varchar(500), media_file_size bigint,
      media_mime_type varchar(100), media_duration int, has_media boolean default false,
      retrieved_datetime datetime not null default current_timestamp, ${host('retrieved_hostname')}
      status ${STATUS} default 'retrieved', local_file_path varchar(1000), ${host('download_hostname')} notes text,
      created_at datetime default current_timestamp, updated_at ${CHANGED},
      unique key unique_message (chat_id, message_id)) ${end}`,
    `create table chats (id bigint primary key auto_increment, chat_id bigint not null unique, chat_name varchar(255),
      chat_type enum('user','group','channel','supergroup') not null, chat_username varchar(255),
      total_messages int default 0, last_scan_datetime datetime, created_at datetime default current_timestamp,
      updated_at ${CHANGED}) ${end}`,
    `create table download_log (id bigint primary key auto_increment, message_id bigint not null, chat_id bigint not null,
      download_datetime datetime not null default current_timestamp,
      download_status enum('success','failed','retry') not null, file_path varchar(1000), file_size bigint,
      error_message text, retry_count int default 0, ${host('hostname')} index idx_message (message_id),
      foreign key (chat_id, message_id) references messages (chat_id, message_id) on delete cascade) ${end}`,
    `create table action_log (id bigint primary key auto_increment,
      action_type enum('scan','download','archive','delete','analyze') not null, chat_id bigint,
      message_count int default 0, start_datetime datetime not null, end_datetime datetime,
      status enum('started','completed','failed','cancelled') default 'started', parameters text, result_summary text,
      error_message text, ${host('hostname')} created_at datetime default current_timestamp) ${end}`,
  ];
}

type Values = Readonly<Record<string, string | number | null>>;

/** Makes the toolkit's database, with these rows in its tables. */
export async function makeOldToolkit(
  address: DatabaseAddress,
  rows: Readonly<Record<string, readonly Values[]>>,
  { hostnames }: { readonly hostnames: boolean },
): Promise<void> {
  const inserts = Object.entries(rows).flatMap(([table, each]) =>
    each.map((row) => {
      const kept = Object.entries(row).filter(([name]) => hostnames || !name.endsWith('hostname'));
      const values = kept.map(([, value]) => quoted(value)).join(', ');
      return `insert into ${table} (${kept.map(([name]) => name).join(', ')}) values (${values})`;
    }),
  );
  await administer(address, ...tables(hostnames), ...inserts);
}

function quoted(value: string | number | null): string {
  if (value === null) return 'null';
  return typeof value === 'number' ? String(value) : `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
}

/** By which a change of any row shows. */
export function checksums(address: DatabaseAddress): Promise<unknown[]> {
  return administer(address, 'checksum table messages, chats, download_log, action_log');
}
