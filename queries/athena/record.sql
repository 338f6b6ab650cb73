-- The record with an event id, as far as the table has it. `rolecall show <event id> --raw` sends this for what came
-- from Athena.
-- Parameters: first and last day folder ('2026/11/17'), then the time, from and up to ('2026-11-17T10:00:12Z'), and the
-- event id. Name the second of the record: the fewer folders, the less is read.
-- Reads the table once. Tokens, secrets and an ExternalId are taken out before the answer leaves the engine.
WITH
logs AS ( -- table: cloudtrail_logs of create-table.sql; `rolecall athena sql` fits these lines to yours
  SELECT
    eventid AS event_id,
    eventtime AS event_time,
    eventsource AS event_source,
    eventname AS event_name,
    awsregion AS region,
    recipientaccountid AS account,
    errorcode AS error_code,
    errormessage AS error_message,
    readonly AS read_only,
    eventtype AS event_type,
    eventcategory AS event_category,
    managementevent AS management_event,
    sourceipaddress AS source_ip,
    useragent AS user_agent,
    requestid AS request_id,
    sharedeventid AS shared_event_id,
    requestparameters AS request,
    responseelements AS response,
    additionaleventdata AS additional,
    serviceeventdetails AS details,
    json_format(CAST(resources AS JSON)) AS resources,
    addendum.originaleventid AS revises,
    IF(addendum IS NOT NULL, 'true') AS has_addendum,
    useridentity.type AS user_type,
    useridentity.principalid AS user_principal_id,
    useridentity.arn AS user_arn,
    useridentity.accountid AS user_account,
    useridentity.accesskeyid AS user_access_key,
    useridentity.username AS user_name,
    useridentity.invokedby AS invoked_by,
    useridentity.identityprovider AS identity_provider,
    useridentity.onbehalfof.userid AS behalf_user,
    useridentity.onbehalfof.identitystorearn AS behalf_store,
    useridentity.sessioncontext.sessionissuer.type AS issuer_type,
    useridentity.sessioncontext.sessionissuer.principalid AS issuer_id,
    useridentity.sessioncontext.sessionissuer.arn AS issuer_arn,
    useridentity.sessioncontext.attributes.creationdate AS created_at,
    useridentity.sessioncontext.attributes.mfaauthenticated AS mfa,
    useridentity.sessioncontext.sourceidentity AS source_identity,
    useridentity.sessioncontext.ec2roledelivery AS ec2_role_delivery,
    coalesce(sessioncredentialfromconsole, useridentity.sessioncontext.attributes.sessioncredentialfromconsole)
      AS from_console,
    useridentity.sessioncontext.assumedroot AS assumed_root,
    useridentity.sessioncontext.webidfederationdata.federatedprovider AS web_provider,
    coalesce(
      element_at(useridentity.sessioncontext.webidfederationdata.attributes, 'sub'),
      element_at(useridentity.sessioncontext.webidfederationdata.attributes, array_min(filter(
        map_keys(useridentity.sessioncontext.webidfederationdata.attributes), k -> k LIKE '%:sub')))) AS web_subject,
    coalesce(useridentity.sessioncontext.attributes.signinsessionarn, useridentity.sessioncontext.signinsessionarn,
      useridentity.signinsessionarn) AS sign_in_session
  FROM cloudtrail_logs
  WHERE day BETWEEN ? AND ?
    AND (NOT regexp_like(coalesce(eventtime, ''), '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d')
      OR replace(substr(eventtime, 1, 19), ' ', 'T') >= substr(?, 1, 19)
        AND replace(substr(eventtime, 1, 19), ' ', 'T') < substr(?, 1, 19))
) -- table: end
SELECT
  event_id, event_time, event_source, event_name, region, account, error_code, error_message, read_only, event_type,
  event_category, management_event, source_ip, user_agent, request_id, shared_event_id,
  regexp_replace(request,
    '(?i)(\\*"(?:sessionToken|secretAccessKey|securityToken|x-amz-security-token|externalId|password|clientSecret|SAMLAssertion|webIdentityToken|accessToken|refreshToken|idToken)\\*"\s*:\s*\\*")(?:[^"\\]|\\[^"\\])+',
    '$1(removed)') AS request,
  regexp_replace(response,
    '(?i)(\\*"(?:sessionToken|secretAccessKey|securityToken|x-amz-security-token|externalId|password|clientSecret|SAMLAssertion|webIdentityToken|accessToken|refreshToken|idToken)\\*"\s*:\s*\\*")(?:[^"\\]|\\[^"\\])+',
    '$1(removed)') AS response,
  regexp_replace(additional,
    '(?i)(\\*"(?:sessionToken|secretAccessKey|securityToken|x-amz-security-token|externalId|password|clientSecret|SAMLAssertion|webIdentityToken|accessToken|refreshToken|idToken)\\*"\s*:\s*\\*")(?:[^"\\]|\\[^"\\])+',
    '$1(removed)') AS additional,
  regexp_replace(details,
    '(?i)(\\*"(?:sessionToken|secretAccessKey|securityToken|x-amz-security-token|externalId|password|clientSecret|SAMLAssertion|webIdentityToken|accessToken|refreshToken|idToken)\\*"\s*:\s*\\*")(?:[^"\\]|\\[^"\\])+',
    '$1(removed)') AS details,
  resources, revises,
  user_type, user_principal_id, user_arn, user_account, user_access_key, user_name, invoked_by, identity_provider,
  behalf_user, behalf_store, issuer_type, issuer_id, issuer_arn, created_at, mfa, source_identity, ec2_role_delivery,
  from_console, assumed_root, web_provider, web_subject, sign_in_session
FROM logs
WHERE event_id = ?
