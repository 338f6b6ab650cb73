-- Which credentials were handed out, or refused, to whom, and who asked?
-- Parameters: first and last day folder ('2026/11/17'), then the time, from and up to ('2026-11-17T00:00:00Z').
-- Reads the table once. Answers one row for each record: an assumption across accounts is logged by both, with one
-- shared_event_id. The session token in the response is never read, and an ExternalId is answered as its SHA-256.
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
SELECT DISTINCT
  event_time,
  event_name,
  error_code,
  account,
  region,
  -- Of a switch in the console the record's own identity is the session in the role, which it names without its path.
  coalesce(json_extract_scalar(request, '$.roleArn'), json_extract_scalar(response, '$.credentialSet[0].roleArn'),
    IF(error_code = 'AccessDenied', regexp_extract(error_message, 'sts:AssumeRole on resource: (\S+)', 1)),
    IF(event_source LIKE 'sts.%', regexp_extract(json_extract_scalar(resources, '$[0].arn'), '^arn:[^:]+:iam::\d{12}:role/.+$')),
    IF(event_name IN ('SwitchRole', 'RenewRole'), coalesce(issuer_arn,
      IF(user_arn LIKE '%:assumed-role/%', regexp_replace(user_arn, ':sts::(\d{12}):assumed-role/(.+)/[^/]*$', ':iam::$1:role/$2')))))
    AS role_arn,
  coalesce(json_extract_scalar(request, '$.roleSessionName'), json_extract_scalar(request, '$.name'),
    IF(event_name IN ('SwitchRole', 'RenewRole'), regexp_extract(user_arn, ':assumed-role/.+/([^/]+)$', 1)),
    split_part(coalesce(json_extract_scalar(response, '$.assumedRoleUser.assumedRoleId'),
      json_extract_scalar(response, '$.credentialSet[0].assumedRoleUser.assumedRoleId')), ':', 2)) AS session_name,
  json_extract_scalar(details, '$.account_id') AS for_account,
  json_extract_scalar(details, '$.role_name') AS permission_set,
  coalesce(json_extract_scalar(response, '$.credentials.accessKeyId'),
    json_extract_scalar(response, '$.credentialSet[0].credentials.accessKeyId')) AS issued_key,
  coalesce(json_extract_scalar(response, '$.credentials.expiration'),
    json_extract_scalar(response, '$.credentialSet[0].credentials.expiration')) AS expires,
  coalesce(json_extract_scalar(response, '$.assumedRoleUser.assumedRoleId'),
    json_extract_scalar(response, '$.credentialSet[0].assumedRoleUser.assumedRoleId'),
    json_extract_scalar(response, '$.federatedUser.federatedUserId')) AS issued_principal_id,
  json_extract_scalar(request, '$.durationSeconds') AS duration_seconds,
  coalesce(json_extract_scalar(request, '$.sourceIdentity'), source_identity) AS issued_source_identity,
  IF(json_extract_scalar(request, '$.externalId') NOT IN ('', 'HIDDEN_DUE_TO_SECURITY_REASONS'),
    'sha256:' || lower(to_hex(sha256(to_utf8(json_extract_scalar(request, '$.externalId')))))) AS external_id,
  json_extract_scalar(request, '$.serialNumber') IS NOT NULL AS asked_with_mfa,
  coalesce(json_extract_scalar(response, '$.subjectFromWebIdentityToken'), json_extract_scalar(response, '$.subject'))
    AS subject,
  coalesce(json_extract_scalar(request, '$.principalArn'), json_extract_scalar(request, '$.trustAnchorArn'),
    json_extract_scalar(response, '$.provider')) AS provider,
  json_extract_scalar(request, '$.targetPrincipal') AS target_principal,
  json_extract_scalar(additional, '$.SwitchFrom') AS switched_from,
  json_extract_scalar(additional, '$.signInSessionArn') AS signed_in,
  user_type, user_principal_id, user_arn, user_account, user_access_key, user_name, invoked_by, identity_provider,
  behalf_user, behalf_store, issuer_type, issuer_id, issuer_arn, created_at, mfa, source_identity, ec2_role_delivery,
  from_console, assumed_root, web_provider, web_subject, sign_in_session,
  source_ip,
  user_agent,
  event_id,
  request_id,
  shared_event_id
FROM logs
WHERE event_source LIKE 'sts.amazonaws.com%' AND event_name IN ('AssumeRole', 'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity', 'AssumeRoot', 'GetSessionToken', 'GetFederationToken')
  OR event_source LIKE 'signin.amazonaws.com%' AND event_name IN ('SwitchRole', 'RenewRole', 'CreateOAuth2Token')
  OR event_source LIKE 'sso.amazonaws.com%' AND event_name IN ('GetRoleCredentials', 'Federate')
  OR event_source LIKE 'rolesanywhere.amazonaws.com%' AND event_name = 'CreateSession'
  OR event_source LIKE 'eks-auth.amazonaws.com%' AND event_name = 'AssumeRoleForPodIdentity'
ORDER BY event_time, event_id
