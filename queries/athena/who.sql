-- Who held a role, and through which chain: back to the first identity of each session, with what it did.
-- Parameters: first and last day folder ('2026/11/16', '2026/11/17'), then event time from and up to
-- ('2026-11-16T12:00:00Z', '2026-11-18T00:00:00Z': begin 12 hours before the question, so old may a session be, and
-- earlier where chains are long), account id ('222222222222', '%' for all), name of the role without its path
-- ('%Admin%'; both are LIKE patterns with \ as escape), then the window of the question, from and up to.
-- Reads the table once, whatever the depth of the chains: logs are text in small objects, and every further read of
-- them costs the same again. What is gathered into one row grows with the issuances of all accounts, not with the
-- calls: a million of them need an engine with some gigabytes, then narrow the days.
-- Answers, by column `kind`: 'held', one row for each session of such a role that was valid in the window, used or
-- not; 'refused', attempts to get such a role; 'direct', IAM users, root and federated users in the account without a
-- role; 'coverage', for each account and region how many hours of the window have records.
-- The last column, `rows`, is what the answer rests on: JSON text, a list of rows as ingest.sql has them (of
-- 'coverage', of hours). `rolecall who --source athena://…` links them once more by itself.
-- The linking follows rolecall's own rules; where several sessions fit, all are kept and the method is 'ambiguous'.
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
), -- table: end
-- Which records are needed one by one, and what of their contents: fields that hold a token are never touched.
marked AS (
  SELECT *,
    coalesce(
      -- Credentials handed out, or asked for in vain; sign-in.
      event_source LIKE 'sts.amazonaws.com%' AND event_name IN ('AssumeRole', 'AssumeRoleWithSAML',
        'AssumeRoleWithWebIdentity', 'AssumeRoot', 'GetSessionToken', 'GetFederationToken')
      OR event_source LIKE 'signin.amazonaws.com%'
      OR event_source LIKE 'sso.amazonaws.com%' AND event_name IN ('GetRoleCredentials', 'Federate')
      OR event_source LIKE 'rolesanywhere.amazonaws.com%' AND event_name = 'CreateSession'
      OR event_source LIKE 'eks-auth.amazonaws.com%' AND event_name = 'AssumeRoleForPodIdentity', false) AS issuing,
    coalesce(event_source LIKE 'iam.amazonaws.com%'
      AND NOT regexp_like(event_name, '^(Get|List|Generate|Simulate)'), false) AS of_iam,
    coalesce(
      event_source LIKE 's3.amazonaws.com%' AND (
        event_name IN ('PutBucketAcl', 'PutObjectAcl', 'PutBucketPolicy', 'PutPublicAccessBlock',
          'PutBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'DeletePublicAccessBlock',
          'DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock')
        OR event_name IN ('CreateBucket', 'PutObject', 'CopyObject', 'CreateMultipartUpload')
          AND regexp_like(request, 'x-amz-acl|x-amz-grant-|[aA]ccessControl'))
      OR event_source LIKE 'ec2.amazonaws.com%' AND event_name IN ('ModifySnapshotAttribute', 'ModifyImageAttribute')
      OR event_source LIKE 'rds.amazonaws.com%'
        AND event_name IN ('ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute'), false) AS exposing,
    coalesce(
      -- Refused for want of permission.
      regexp_like(error_code, '(?i)^(?:.*\.)?(?:AccessDenied(?:Exception)?|UnauthorizedOperation|Unauthorized|UnauthorizedException|NotAuthorized(?:Exception)?|AuthorizationError(?:Exception)?|Forbidden(?:Exception)?|AuthFailure|.*UnauthorizedAccess)$')
      -- Two accounts may have logged it, and it counts once.
      OR shared_event_id <> ''
      OR has_addendum = 'true'
      -- Not what a record looks like: rolecall says what is wrong with it.
      OR coalesce(event_id, '') = '' OR coalesce(account, '') = '' OR coalesce(event_name, '') = ''
      OR coalesce(event_source, '') = ''
      OR NOT regexp_like(coalesce(event_time, ''), '^\d{4}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\dZ$')
      OR event_category = 'Insight' OR event_type = 'AwsCloudTrailInsight'
      -- Calls that detectors look at one by one.
      OR lower(regexp_replace(event_source, '\.amazonaws\.com(\.cn)?$') || ':'
        || regexp_replace(event_name, '\d{8}(v\d+)?$')) IN (
        'access-analyzer:deleteanalyzer', 'bedrock:deletemodelinvocationloggingconfiguration',
        'cloudtrail:deleteeventdatastore', 'cloudtrail:deletetrail', 'cloudtrail:puteventselectors',
        'cloudtrail:stoplogging', 'cloudtrail:updatetrail', 'config:deleteconfigurationrecorder',
        'config:deletedeliverychannel', 'config:stopconfigurationrecorder',
        'ec2-instance-connect:sendserialconsolesshpublickey', 'ec2-instance-connect:sendsshpublickey',
        'ec2:deleteflowlogs', 'ec2:enableserialconsoleaccess', 'ec2:modifyimageattribute',
        'ec2:modifyinstanceattribute', 'ec2:modifysnapshotattribute', 'ecr:setrepositorypolicy',
        'glue:createdevendpoint', 'glue:updatedevendpoint', 'guardduty:deletedetector',
        'guardduty:disassociatefromadministratoraccount', 'guardduty:disassociatefrommasteraccount',
        'guardduty:updatedetector', 'iam:addclientidtoopenidconnectprovider', 'iam:addroletoinstanceprofile',
        'iam:addusertogroup', 'iam:attachgrouppolicy', 'iam:attachrolepolicy', 'iam:attachuserpolicy',
        'iam:createaccesskey', 'iam:createloginprofile', 'iam:createopenidconnectprovider', 'iam:createpolicyversion',
        'iam:createrole', 'iam:createsamlprovider', 'iam:createservicespecificcredential', 'iam:createuser',
        'iam:deactivatemfadevice', 'iam:deleterolepermissionsboundary', 'iam:deleteuserpermissionsboundary',
        'iam:deletevirtualmfadevice', 'iam:putgrouppolicy', 'iam:putrolepolicy', 'iam:putuserpolicy',
        'iam:setdefaultpolicyversion', 'iam:updateaccesskey', 'iam:updateassumerolepolicy', 'iam:updateloginprofile',
        'iam:updateopenidconnectproviderthumbprint', 'iam:updatesamlprovider', 'iam:uploadsshpublickey',
        'kms:disablekey', 'kms:putkeypolicy', 'kms:schedulekeydeletion', 'lambda:addpermission',
        'lambda:createfunction', 'lambda:updatefunctioncode', 'lambda:updatefunctionconfiguration',
        'logs:deleteloggroup', 'logs:deletelogstream', 'organizations:leaveorganization',
        'rds:modifydbclustersnapshotattribute', 'rds:modifydbsnapshotattribute', 'rolesanywhere:createprofile',
        'rolesanywhere:createtrustanchor', 'route53resolver:deleteresolverquerylogconfig',
        's3:deletebucketpublicaccessblock', 's3:deletepublicaccessblock', 's3:putbucketacl', 's3:putbucketpolicy',
        's3:putbucketreplication', 's3:putobjectacl', 'securityhub:disablesecurityhub', 'ssm:sendcommand',
        'ssm:startsession', 'sts:getfederationtoken'), false) AS telling
  FROM logs
),
shaped AS (
  SELECT *,
    issuing OR of_iam OR exposing OR telling AS alone,
    CASE
      WHEN issuing THEN json_format(CAST(map(
        ARRAY['roleArn', 'roleSessionName', 'durationSeconds', 'sourceIdentity', 'serialNumber', 'name',
          'principalArn', 'targetPrincipal', 'trustAnchorArn', 'clusterName', 'accountId', 'roleName', 'tags'],
        ARRAY[json_extract(request, '$.roleArn'), json_extract(request, '$.roleSessionName'),
          json_extract(request, '$.durationSeconds'), json_extract(request, '$.sourceIdentity'),
          json_extract(request, '$.serialNumber'), json_extract(request, '$.name'),
          json_extract(request, '$.principalArn'), json_extract(request, '$.targetPrincipal'),
          json_extract(request, '$.trustAnchorArn'), json_extract(request, '$.clusterName'),
          json_extract(request, '$.accountId'), json_extract(request, '$.roleName'),
          IF(invoked_by = 'pods.eks.amazonaws.com', json_extract(request, '$.tags'))]) AS JSON))
      WHEN of_iam THEN json_format(CAST(map(
        ARRAY['roleName', 'userName', 'groupName', 'policyArn', 'policyName', 'path', 'setAsDefault',
          'policyDocument', 'assumeRolePolicyDocument'],
        ARRAY[json_extract(request, '$.roleName'), json_extract(request, '$.userName'),
          json_extract(request, '$.groupName'), json_extract(request, '$.policyArn'),
          json_extract(request, '$.policyName'), json_extract(request, '$.path'),
          json_extract(request, '$.setAsDefault'), json_extract(request, '$.policyDocument'),
          json_extract(request, '$.assumeRolePolicyDocument')]) AS JSON))
      -- What is shown to whom may stand anywhere in it; a token does not leave.
      WHEN exposing THEN regexp_replace(request,
        '(?i)(\\*"(?:sessionToken|secretAccessKey|securityToken|x-amz-security-token|externalId|password|clientSecret|SAMLAssertion|webIdentityToken|accessToken|refreshToken|idToken)\\*"\s*:\s*\\*")(?:[^"\\]|\\[^"\\])+',
        '$1(removed)')
      WHEN telling AND event_source LIKE 's3.amazonaws.com%' THEN json_format(CAST(map(ARRAY['bucketName', 'key'],
        ARRAY[json_extract(request, '$.bucketName'), json_extract(request, '$.key')]) AS JSON))
    END AS request_told,
    CASE
      WHEN issuing THEN json_format(CAST(map_concat(map(
        ARRAY['credentials', 'assumedRoleUser', 'federatedUser', 'credentialSet', 'subject', 'issuer', 'audience',
          'subjectFromWebIdentityToken', 'provider', 'sourceIdentity', 'x509Subject', 'subjectArn'],
        ARRAY[
          CAST(map(ARRAY['accessKeyId', 'expiration'], ARRAY[json_extract(response, '$.credentials.accessKeyId'),
            json_extract(response, '$.credentials.expiration')]) AS JSON),
          CAST(map(ARRAY['assumedRoleId', 'arn'], ARRAY[json_extract(response, '$.assumedRoleUser.assumedRoleId'),
            json_extract(response, '$.assumedRoleUser.arn')]) AS JSON),
          CAST(map(ARRAY['federatedUserId', 'arn'], ARRAY[json_extract(response, '$.federatedUser.federatedUserId'),
            json_extract(response, '$.federatedUser.arn')]) AS JSON),
          CAST(ARRAY[CAST(map(ARRAY['credentials', 'assumedRoleUser', 'roleArn', 'sourceIdentity'], ARRAY[
            CAST(map(ARRAY['accessKeyId', 'expiration'],
              ARRAY[json_extract(response, '$.credentialSet[0].credentials.accessKeyId'),
              json_extract(response, '$.credentialSet[0].credentials.expiration')]) AS JSON),
            CAST(map(ARRAY['assumedRoleId', 'arn'],
              ARRAY[json_extract(response, '$.credentialSet[0].assumedRoleUser.assumedRoleId'),
              json_extract(response, '$.credentialSet[0].assumedRoleUser.arn')]) AS JSON),
            json_extract(response, '$.credentialSet[0].roleArn'),
            json_extract(response, '$.credentialSet[0].sourceIdentity')]) AS JSON)] AS JSON),
          json_extract(response, '$.subject'), json_extract(response, '$.issuer'),
          json_extract(response, '$.audience'), json_extract(response, '$.subjectFromWebIdentityToken'),
          json_extract(response, '$.provider'), json_extract(response, '$.sourceIdentity'),
          json_extract(response, '$.x509Subject'), json_extract(response, '$.subjectArn')]),
        -- Sign-in tells its outcome under the name of the event.
        IF(event_source LIKE 'signin.%', map_filter(
          coalesce(TRY(CAST(json_parse(response) AS MAP(VARCHAR, JSON))), map(CAST(ARRAY[] AS ARRAY(VARCHAR)), CAST(ARRAY[] AS ARRAY(JSON)))),
          (k, v) -> k = event_name AND json_format(v) IN ('"Success"', '"Failure"')),
          map(CAST(ARRAY[] AS ARRAY(VARCHAR)), CAST(ARRAY[] AS ARRAY(JSON))))) AS JSON))
      WHEN of_iam THEN json_format(CAST(map(ARRAY['policy'], ARRAY[CAST(map(ARRAY['arn'],
        ARRAY[json_extract(response, '$.policy.arn')]) AS JSON)]) AS JSON))
    END AS response_told,
    IF(issuing, json_format(CAST(map(ARRAY['SwitchFrom', 'signInSessionArn', 'success', 'x509Subject', 'subjectArn'],
      ARRAY[json_extract(additional, '$.SwitchFrom'), json_extract(additional, '$.signInSessionArn'),
        json_extract(additional, '$.success'), json_extract(additional, '$.x509Subject'),
        json_extract(additional, '$.subjectArn')]) AS JSON))) AS additional_told,
    IF(issuing, json_format(CAST(map(ARRAY['account_id', 'role_name'], ARRAY[json_extract(details, '$.account_id'),
      json_extract(details, '$.role_name')]) AS JSON))) AS details_told,
    -- An ExternalId leaves the engine as its hash only.
    IF(issuing AND json_format(json_extract(request, '$.externalId')) LIKE '"_%"'
      AND json_extract_scalar(request, '$.externalId') <> 'HIDDEN_DUE_TO_SECURITY_REASONS',
      'sha256:' || lower(to_hex(sha256(to_utf8(json_extract_scalar(request, '$.externalId')))))) AS external_id
  FROM marked
),
asked AS (
  SELECT * FROM (VALUES (?, ?, ?, ?)) AS one (asked_account, asked_role, window_from, window_to)
),
-- The rows of ingest.sql, and beside them what of a sum lies in the window.
told AS (
  SELECT
    -- A record of its own, or the first of equal calls of one hour.
    IF(alone, 'record', 'sum') AS kind,
    count(*) AS records,
    IF(alone, 1, count(DISTINCT event_id)) AS calls,
    min(event_time) AS event_time,
    max(event_time) AS last_time,
    min_by(event_id, concat(coalesce(event_time, ''), coalesce(event_id, ''))) AS event_id,
    event_source, event_name, region, account, error_code, read_only, event_type, source_ip, user_agent,
    user_type, user_principal_id, user_arn, user_account, user_access_key, user_name, invoked_by, identity_provider,
    behalf_user, behalf_store, issuer_type, issuer_id, issuer_arn, created_at, mfa, source_identity, ec2_role_delivery,
    from_console, assumed_root, web_provider, web_subject, sign_in_session,
    IF(alone, event_category) AS event_category,
    IF(alone, management_event) AS management_event,
    IF(alone, request_id) AS request_id,
    IF(alone, shared_event_id) AS shared_event_id,
    IF(alone, revises) AS revises,
    IF(alone, has_addendum) AS has_addendum,
    IF(alone, resources) AS resources,
    IF(alone AND event_name = 'AssumeRole' AND error_code = 'AccessDenied', error_message) AS error_message,
    request_told AS request, response_told AS response, additional_told AS additional, details_told AS details,
    external_id,
    arbitrary(asked_account) AS asked_account,
    arbitrary(asked_role) AS asked_role,
    arbitrary(window_from) AS window_from,
    arbitrary(window_to) AS window_to,
    count(DISTINCT IF(event_time >= window_from AND event_time < window_to, event_id)) AS calls_within,
    min(IF(event_time >= window_from AND event_time < window_to, event_time)) AS first_within,
    max(IF(event_time >= window_from AND event_time < window_to, event_time)) AS last_within
  FROM shaped CROSS JOIN asked
  GROUP BY alone, IF(alone, event_id), IF(alone, event_time, substr(event_time, 1, 13)),
    event_source, event_name, region, account, error_code, read_only, event_type, source_ip, user_agent,
    user_type, user_principal_id, user_arn, user_account, user_access_key, user_name, invoked_by, identity_provider,
    behalf_user, behalf_store, issuer_type, issuer_id, issuer_arn, created_at, mfa, source_identity, ec2_role_delivery,
    from_console, assumed_root, web_provider, web_subject, sign_in_session,
    IF(alone, event_category), IF(alone, management_event), IF(alone, request_id), IF(alone, shared_event_id),
    IF(alone, revises), IF(alone, has_addendum), IF(alone, resources),
    IF(alone AND event_name = 'AssumeRole' AND error_code = 'AccessDenied', error_message),
    request_told, response_told, additional_told, details_told, external_id
),
-- Times as epoch seconds; what is empty or hidden as NULL.
plain AS (
  SELECT *,
    TRY(CAST(to_unixtime(from_iso8601_timestamp(replace(substr(event_time, 1, 19), ' ', 'T') || 'Z')) AS BIGINT))
      AS at,
    TRY(CAST(to_unixtime(from_iso8601_timestamp(substr(last_time, 1, 19) || 'Z')) AS BIGINT)) AS last_at,
    TRY(CAST(to_unixtime(from_iso8601_timestamp(substr(created_at, 1, 19) || 'Z')) AS BIGINT)) AS created,
    CAST(to_unixtime(from_iso8601_timestamp(window_from)) AS BIGINT) AS from_at,
    CAST(to_unixtime(from_iso8601_timestamp(window_to)) AS BIGINT) AS to_at,
    nullif(nullif(user_access_key, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS') AS caller_key,
    nullif(nullif(user_principal_id, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS') AS caller_principal,
    nullif(nullif(user_arn, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS') AS caller_arn,
    nullif(nullif(user_account, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS') AS caller_account,
    nullif(nullif(user_name, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS') AS caller_name,
    nullif(nullif(issuer_arn, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS') AS of_arn,
    nullif(nullif(shared_event_id, ''), 'HIDDEN_DUE_TO_SECURITY_REASONS') AS shared_id,
    nullif(nullif(json_extract_scalar(additional, '$.SwitchFrom'), ''), 'HIDDEN_DUE_TO_SECURITY_REASONS')
      AS switch_from,
    coalesce(error_code, '') = ''
      AND coalesce(json_extract_scalar(response, '$.' || IF(event_source LIKE 'signin.%', event_name, '_')), '')
        <> 'Failure' AS succeeded,
    coalesce(regexp_like(error_code, '(?i)^(?:.*\.)?(?:AccessDenied(?:Exception)?|UnauthorizedOperation|Unauthorized|UnauthorizedException|NotAuthorized(?:Exception)?|AuthorizationError(?:Exception)?|Forbidden(?:Exception)?|AuthFailure|.*UnauthorizedAccess)$'), false) AS denied,
    element_at(filter(coalesce(TRY(CAST(json_parse(resources) AS ARRAY(MAP(VARCHAR, VARCHAR)))), ARRAY[]),
      r -> element_at(r, 'type') = 'AWS::IAM::Role'), 1) AS role_resource,
    coalesce(json_extract_scalar(response, '$.assumedRoleUser.arn'),
      json_extract_scalar(response, '$.credentialSet[0].assumedRoleUser.arn')) AS assumed_arn,
    CAST(ROW(
      kind, CAST(records AS VARCHAR), CAST(calls AS VARCHAR), event_time, last_time, event_id, event_source,
      event_name, region, account, error_code, read_only, event_type, source_ip, user_agent, user_type,
      user_principal_id, user_arn, user_account, user_access_key, user_name, invoked_by, identity_provider,
      behalf_user, behalf_store, issuer_type, issuer_id, issuer_arn, created_at, mfa, source_identity,
      ec2_role_delivery, from_console, assumed_root, web_provider, web_subject, sign_in_session, event_category,
      management_event, request_id, shared_event_id, revises, has_addendum, resources, error_message, request,
      response, additional, details, external_id)
      AS ROW(
      kind VARCHAR, records VARCHAR, calls VARCHAR, event_time VARCHAR, last_time VARCHAR, event_id VARCHAR,
      event_source VARCHAR, event_name VARCHAR, region VARCHAR, account VARCHAR, error_code VARCHAR,
      read_only VARCHAR, event_type VARCHAR, source_ip VARCHAR, user_agent VARCHAR, user_type VARCHAR,
      user_principal_id VARCHAR, user_arn VARCHAR, user_account VARCHAR, user_access_key VARCHAR,
      user_name VARCHAR, invoked_by VARCHAR, identity_provider VARCHAR, behalf_user VARCHAR,
      behalf_store VARCHAR, issuer_type VARCHAR, issuer_id VARCHAR, issuer_arn VARCHAR, created_at VARCHAR,
      mfa VARCHAR, source_identity VARCHAR, ec2_role_delivery VARCHAR, from_console VARCHAR,
      assumed_root VARCHAR, web_provider VARCHAR, web_subject VARCHAR, sign_in_session VARCHAR,
      event_category VARCHAR, management_event VARCHAR, request_id VARCHAR, shared_event_id VARCHAR,
      revises VARCHAR, has_addendum VARCHAR, resources VARCHAR, error_message VARCHAR, request VARCHAR,
      response VARCHAR, additional VARCHAR, details VARCHAR, external_id VARCHAR)) AS line
  FROM told
),
-- What a record says of its caller, and of the session that it hands out.
understood AS (
  SELECT *,
    coalesce(nullif(user_type, ''), CASE
      WHEN caller_arn LIKE 'arn:%:assumed-role/%' THEN 'AssumedRole'
      WHEN caller_arn LIKE 'arn:%:user/%' THEN 'IAMUser'
      WHEN caller_arn LIKE 'arn:%:federated-user/%' THEN 'FederatedUser'
      WHEN caller_arn LIKE 'arn:%:root' THEN 'Root'
      WHEN regexp_like(caller_principal, '^AROA[0-9A-Z]+:') THEN 'AssumedRole'
      WHEN regexp_like(caller_principal, '^AIDA[0-9A-Z]+$') THEN 'IAMUser'
      WHEN caller_arn IS NULL AND caller_principal IS NULL AND invoked_by <> '' THEN 'AWSService'
      WHEN caller_arn IS NULL AND caller_principal IS NOT NULL AND caller_account IS NOT NULL THEN 'AWSAccount'
      ELSE 'Unknown' END) AS caller_type,
    IF(succeeded AND coalesce(event_type, '') <> 'AwsVpceEvent', CASE
      WHEN event_source LIKE 'sts.amazonaws.com%' THEN CASE
        WHEN event_name IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity') THEN 'assumed-role'
        WHEN event_name = 'AssumeRoot' THEN 'assumed-root'
        WHEN event_name = 'GetSessionToken' THEN 'session-token'
        WHEN event_name = 'GetFederationToken' THEN 'federated-user' END
      WHEN event_source LIKE 'rolesanywhere.amazonaws.com%' AND event_name = 'CreateSession' THEN 'assumed-role'
      WHEN event_source LIKE 'signin.amazonaws.com%'
        AND (event_name = 'SwitchRole' OR event_name = 'RenewRole' AND switch_from IS NOT NULL)
        AND json_extract_scalar(response, '$.' || event_name) = 'Success' THEN 'assumed-role' END) AS issued_kind,
    event_source LIKE 'signin.amazonaws.com%' AND event_name IN ('SwitchRole', 'RenewRole') AS is_switch,
    coalesce(event_type, '') <> 'AwsVpceEvent' AND NOT succeeded AND (
      event_source LIKE 'sts.amazonaws.com%' AND event_name LIKE 'AssumeRole%'
      OR event_source LIKE 'rolesanywhere.amazonaws.com%' AND event_name = 'CreateSession'
      OR event_source LIKE 'signin.amazonaws.com%' AND event_name = 'SwitchRole') AS is_refusal,
    nullif(coalesce(json_extract_scalar(response, '$.credentials.accessKeyId'),
      json_extract_scalar(response, '$.credentialSet[0].credentials.accessKeyId')), '') AS issued_key,
    coalesce(json_extract_scalar(response, '$.credentials.expiration'),
      json_extract_scalar(response, '$.credentialSet[0].credentials.expiration')) AS expiration,
    coalesce(
      IF(regexp_like(json_extract_scalar(request, '$.roleArn'), '^arn:aws[a-z-]*:iam::\d{12}:role/[!-~]+$'),
        json_extract_scalar(request, '$.roleArn')),
      element_at(role_resource, 'arn'), element_at(role_resource, 'ARN'),
      IF(regexp_like(assumed_arn, '^arn:aws[a-z-]*:sts::\d{12}:assumed-role/[^/]+/.+$'), regexp_replace(assumed_arn,
        '^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/.+$', 'arn:$1:iam::$2:role/$3')),
      IF(event_name IN ('SwitchRole', 'RenewRole'), coalesce(IF(of_arn LIKE 'arn:%:role/%', of_arn), regexp_replace(
        regexp_extract(caller_arn, '^arn:aws[a-z-]*:sts::\d{12}:assumed-role/[^/]+/.+$'),
        '^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/.+$', 'arn:$1:iam::$2:role/$3'))),
      regexp_extract(error_message, '^User: \S+ is not authorized to perform: sts:AssumeRole on resource: '
        || '(arn:aws[a-z-]*:iam::\d{12}:role/[!-~]+?)(?= |$)', 1)) AS target_arn,
    IF(event_source LIKE 'rolesanywhere.%', regexp_extract(assumed_arn, ':assumed-role/[^/]+/(.+)$', 1),
      coalesce(nullif(json_extract_scalar(request, '$.roleSessionName'), 'HIDDEN_DUE_TO_SECURITY_REASONS'),
        regexp_extract(assumed_arn, ':assumed-role/[^/]+/(.+)$', 1), json_extract_scalar(request, '$.name'),
        IF(event_name IN ('SwitchRole', 'RenewRole'), regexp_extract(caller_arn, ':assumed-role/[^/]+/(.+)$', 1))))
      AS target_name,
    CASE
      WHEN event_name IN ('SwitchRole', 'RenewRole', 'GetSessionToken') THEN caller_principal
      WHEN event_name = 'AssumeRoot' THEN regexp_extract(json_extract_scalar(request, '$.targetPrincipal'),
        '^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::|$)', 1)
      ELSE nullif(coalesce(json_extract_scalar(response, '$.assumedRoleUser.assumedRoleId'),
        json_extract_scalar(response, '$.credentialSet[0].assumedRoleUser.assumedRoleId'),
        json_extract_scalar(response, '$.federatedUser.federatedUserId')), 'HIDDEN_DUE_TO_SECURITY_REASONS')
    END AS target_principal,
    -- The role that the caller acts in: its issuer keeps the path, its own ARN does not.
    coalesce(IF(regexp_like(of_arn, '^arn:aws[a-z-]*:iam::\d{12}:role/[!-~]+$'), of_arn),
      IF(regexp_like(caller_arn, '^arn:aws[a-z-]*:sts::\d{12}:assumed-role/[^/]+/.+$'), regexp_replace(caller_arn,
        '^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/.+$', 'arn:$1:iam::$2:role/$3'))) AS caller_role
  FROM plain
),
named AS (
  SELECT *,
    -- Kind of session that the caller acts in; NULL without temporary credentials.
    CASE
      WHEN caller_key IS NULL AND caller_principal IS NULL THEN NULL
      WHEN caller_type = 'AssumedRole' THEN 'assumed-role'
      WHEN caller_type = 'FederatedUser' THEN 'federated-user'
      WHEN caller_type NOT IN ('Root', 'IAMUser') THEN NULL
      WHEN assumed_root = 'true' THEN IF(caller_type = 'Root', 'assumed-root')
      WHEN caller_key LIKE 'ASIA%' THEN 'session-token'
    END AS caller_kind,
    json_format(CAST(ARRAY[caller_type, assumed_root, caller_principal, caller_key, CAST(created AS VARCHAR)]
      AS JSON)) AS caller_id,
    coalesce(regexp_extract(caller_role, '([^/]+)$', 1), '') LIKE asked_role ESCAPE '\'
      AND coalesce(split_part(caller_role, ':', 5), caller_account, '') LIKE asked_account ESCAPE '\' AS caller_asked,
    coalesce(regexp_extract(target_arn, '([^/]+)$', 1), '') LIKE asked_role ESCAPE '\'
      AND coalesce(split_part(target_arn, ':', 5), '') LIKE asked_account ESCAPE '\' AS target_asked,
    CASE caller_type WHEN 'Root' THEN coalesce(caller_account, caller_principal)
      ELSE coalesce(caller_name, regexp_extract(caller_arn, '([^/]+)$', 1), caller_principal, '') END AS plain_name,
    -- Copies of one call count once; so do a record and the one that revises it.
    IF(kind = 'record', json_format(CAST(ARRAY[event_source, event_name, coalesce(shared_id, revises, event_id),
      IF(shared_id IS NULL, account, request_id)] AS JSON))) AS call_id
  FROM understood
),
-- A record speaks of its caller, and of the session that it hands out: each is looked at from its own side.
sides AS (
  SELECT
    side, side_id, event_id, event_name, coalesce(nullif(region, ''), 'unknown') AS region, line, call_id,
    kind = 'sum' AS is_sum, denied, calls, calls_within,
    TRY(CAST(to_unixtime(from_iso8601_timestamp(substr(first_within, 1, 19) || 'Z')) AS BIGINT)) AS first_within,
    TRY(CAST(to_unixtime(from_iso8601_timestamp(substr(last_within, 1, 19) || 'Z')) AS BIGINT)) AS last_within,
    at AS first_at, last_at, from_at, to_at, asked_role, asked_account, behalf_user, web_provider, web_subject,
    ec2_role_delivery, of_arn, source_identity, sign_in_session, is_switch, switch_from, source_ip,
    CASE side WHEN 'issued' THEN issued_kind WHEN 'revoked' THEN NULL ELSE caller_kind END AS session_kind,
    CASE side WHEN 'issued' THEN target_principal ELSE caller_principal END AS principal,
    CASE side WHEN 'issued' THEN issued_key ELSE caller_key END AS access_key,
    IF(side IN ('issued', 'revoked'), at, created) AS at,
    CASE side WHEN 'issued' THEN target_arn WHEN 'refused' THEN target_arn ELSE caller_role END AS role_arn,
    CASE side WHEN 'issued' THEN target_name WHEN 'refused' THEN coalesce(nullif(error_code, ''), 'Failure')
      WHEN 'revoked' THEN json_extract_scalar(request, '$.roleName') END AS session_name,
    CASE
      WHEN side IN ('hour', 'revoked') THEN coalesce(nullif(account, ''), caller_account, 'unknown')
      WHEN side = 'refused' THEN split_part(target_arn, ':', 5)
      WHEN side <> 'issued' THEN caller_account
      WHEN issued_kind = 'assumed-root' THEN target_principal
      ELSE coalesce(split_part(target_arn, ':', 5), caller_account, account)
    END AS session_account,
    -- CloudTrail has spelled the end of a session in three ways.
    CASE side WHEN 'issued' THEN CAST(to_unixtime(coalesce(
      TRY(from_iso8601_timestamp(expiration)),
      TRY(date_parse(replace(expiration, chr(8239), ' '), '%b %e, %Y %l:%i:%s %p') AT TIME ZONE 'UTC'),
      TRY(date_parse(replace(expiration, chr(8239), ' '), '%b %e, %Y, %l:%i:%s %p') AT TIME ZONE 'UTC'))) AS BIGINT)
    END AS told_end,
    IF(side = 'issued', TRY(CAST(json_extract_scalar(request, '$.durationSeconds') AS BIGINT))) AS duration,
    -- The fullest of the copies comes first; the console's record of a switch comes last.
    IF(side = 'issued', CAST(IF(is_switch, 99, 50 - 2 * (IF(caller_key IS NULL, 0, 1) + IF(created IS NULL, 0, 2)
      + IF(of_arn IS NULL, 0, 1)) + IF(caller_type = 'AWSAccount', 1, 0)) AS VARCHAR), '') || event_id AS rank,
    caller_type, caller_id, caller_kind, caller_key, caller_principal, caller_arn, caller_account, caller_name,
    caller_asked, invoked_by, plain_name,
    CASE side WHEN 'issued' THEN coalesce(json_extract_scalar(response, '$.subject'),
      json_extract_scalar(response, '$.subjectFromWebIdentityToken'),
      IF(event_name = 'CreateSession', coalesce(
        IF(json_extract_scalar(additional, '$.x509Subject') NOT LIKE 'arn:%',
          json_extract_scalar(additional, '$.x509Subject')),
        json_extract_scalar(response, '$.credentialSet[0].sourceIdentity'),
        json_extract_scalar(additional, '$.x509Subject'), json_extract_scalar(additional, '$.subjectArn')))) END
      AS subject,
    IF(side = 'issued', coalesce(json_extract_scalar(response, '$.provider'), identity_provider)) AS provider,
    IF(side = 'issued' AND json_extract_scalar(request, '$.serialNumber') <> '', 'true', mfa) AS mfa,
    IF(side = 'revoked', coalesce(TRY(CAST(to_unixtime(from_iso8601_timestamp(regexp_extract(
      url_decode(json_extract_scalar(request, '$.policyDocument')),
      '(?i)"aws:TokenIssueTime"\s*:\s*\[?\s*"([^"]+)"', 1))) AS BIGINT)), at)) AS revoked_before,
    CASE side
      WHEN 'issued' THEN true
      WHEN 'caller' THEN caller_asked
      ELSE true
    END AS is_kept
  FROM named CROSS JOIN UNNEST(filter(ARRAY[
    -- Everybody who acts in a session, and IAM users by their ids.
    ROW('caller', IF(caller_kind IS NOT NULL OR caller_type = 'IAMUser' AND caller_principal IS NOT NULL, caller_id)),
    -- A sign-in that was allowed to go on elsewhere, as `aws login` does.
    ROW('allowed', IF(event_name = 'CreateOAuth2Token' AND event_source LIKE 'signin.%' AND succeeded
      AND caller_kind IS NOT NULL, coalesce(json_extract_scalar(additional, '$.signInSessionArn'), sign_in_session)
        || ' ' || caller_id)),
    ROW('issued', IF(issued_kind IS NOT NULL AND (issued_key IS NOT NULL OR target_principal IS NOT NULL
      OR target_arn IS NOT NULL AND target_name IS NOT NULL), json_format(CAST(IF(issued_key IS NULL,
        ARRAY['issuance', coalesce(shared_id, event_id)],
        ARRAY['credential', issued_key, issued_kind, target_principal]) AS JSON)))),
    ROW('refused', IF(is_refusal AND calls_within > 0 AND target_arn IS NOT NULL AND target_asked,
      json_format(CAST(ARRAY['refused', target_arn, error_code, coalesce(caller_arn, caller_name, invoked_by,
        caller_principal, caller_account, caller_type)] AS JSON)))),
    ROW('direct', IF(calls_within > 0 AND caller_type IN ('IAMUser', 'Root', 'FederatedUser')
      AND coalesce(assumed_root, '') <> 'true' AND coalesce(invoked_by, '') = ''
      AND coalesce(caller_account, '') LIKE asked_account ESCAPE '\',
      json_format(CAST(ARRAY['direct', caller_type, plain_name, caller_account] AS JSON)))),
    ROW('hour', IF(coalesce(nullif(account, ''), caller_account, 'unknown') LIKE asked_account ESCAPE '\'
      AND at < to_at AND at - at % 3600 + 3600 > from_at,
      json_format(CAST(ARRAY['hour', coalesce(nullif(account, ''), caller_account, 'unknown'),
        coalesce(nullif(region, ''), 'unknown'), CAST(at - at % 3600 AS VARCHAR)] AS JSON)))),
    ROW('revoked', IF(event_name = 'PutRolePolicy' AND event_source LIKE 'iam.amazonaws.com%' AND succeeded
      AND json_extract_scalar(request, '$.policyName') = 'AWSRevokeOlderSessions',
      json_format(CAST(ARRAY['revoked', account, json_extract_scalar(request, '$.roleName'), event_id] AS JSON))))],
    s -> s[2] IS NOT NULL)) AS of_each (side, side_id)
),
-- One row for each issued credential (its copies are one), each identity that calls, each hour, and so on.
parties AS (
  SELECT
    side, side_id,
    arbitrary(from_at) AS from_at,
    arbitrary(to_at) AS to_at,
    arbitrary(asked_role) AS asked_role,
    arbitrary(asked_account) AS asked_account,
    min_by(session_kind, rank) AS kind,
    min(principal) AS principal,
    min(access_key) AS access_key,
    min(at) AS at,
    max_by(role_arn, length(role_arn)) AS role_arn,
    min_by(session_name, rank) FILTER (WHERE session_name IS NOT NULL) AS session_name,
    min(session_account) AS account,
    min(region) AS region,
    max(told_end) AS told_end,
    max(duration) AS duration,
    min_by(event_id, concat(CAST(first_at AS VARCHAR), event_id)) FILTER (WHERE side = 'refused') AS refused_id,
    min(IF(side = 'issued', rank)) AS rank,
    bool_and(is_switch) AS is_switch,
    max(switch_from) AS switch_from,
    bool_or(caller_type = 'AWSAccount') AS has_copy,
    min_by(caller_type, rank) AS caller_type,
    min_by(caller_id, rank) AS caller_id,
    min_by(caller_kind, rank) AS caller_kind,
    min_by(caller_key, rank) AS caller_key,
    min_by(caller_principal, rank) AS caller_principal,
    min_by(caller_account, rank) AS caller_account,
    min_by(coalesce(caller_arn, caller_name, invoked_by, caller_principal, caller_account, caller_type), rank)
      AS caller_text,
    min_by(coalesce(invoked_by, 'an AWS service'), rank) AS service,
    min_by(plain_name, rank) AS plain_name,
    min_by(event_name, rank) AS event_name,
    min_by(coalesce(subject, caller_name), rank) AS subject,
    min_by(caller_name, rank) AS caller_name,
    min_by(provider, rank) AS provider,
    max(mfa) AS mfa,
    min(behalf_user) AS behalf_user,
    min(web_provider) AS web_provider,
    min_by(web_subject, web_provider) AS web_subject,
    max(ec2_role_delivery) AS ec2_role_delivery,
    max(of_arn) AS of_arn,
    max(sign_in_session) AS sign_in_session,
    min(revoked_before) AS revoked_before,
    sum(IF(is_sum, calls_within, 0)) + count(DISTINCT IF(calls_within > 0, call_id)) AS calls_within,
    count(DISTINCT IF(calls_within > 0 AND denied, call_id)) AS denied_within,
    sum(calls) AS calls,
    min(first_within) AS first_within,
    max(last_within) AS last_within,
    min(first_at) AS first_at,
    max(last_at) AS last_at,
    array_agg(DISTINCT source_ip) FILTER (WHERE source_ip <> '') AS addresses,
    concat(
      coalesce(array_agg(IF(is_kept AND side <> 'hour', json_format(CAST(line AS JSON))))
        FILTER (WHERE is_kept AND side <> 'hour'), ARRAY[]),
      -- The last of the others where it may tell more: a second factor, a person's own id, a user's name.
      filter(ARRAY[json_format(CAST(max_by(line, last_at) FILTER (WHERE side = 'caller' AND NOT is_kept
        AND (caller_asked OR behalf_user IS NOT NULL OR caller_type = 'IAMUser')) AS JSON))], l -> l IS NOT NULL))
      AS lines
  FROM sides
  GROUP BY side, side_id
  -- The identity in a console switch's own record says no more than the switch itself.
  HAVING side NOT IN ('caller', 'allowed') OR count(access_key) > 0 OR count(at) > 0 OR NOT bool_and(is_switch)
),
-- A role's id is learned from any record that shows both: an issuance need not tell the principal that it made.
learned AS (
  SELECT *,
    min(IF(principal LIKE 'AROA%', split_part(principal, ':', 1))) OVER of_role AS role_id,
    max(IF(principal LIKE 'AROA%', split_part(principal, ':', 1))) OVER of_role AS other_id
  FROM parties
  WINDOW of_role AS (PARTITION BY coalesce(role_arn, side_id))
),
sure AS (
  SELECT *,
    coalesce(principal, IF(side = 'issued' AND kind = 'assumed-role' AND role_id = other_id,
      role_id || ':' || session_name)) AS sure_principal
  FROM learned
),
-- Tied by key: who signs with an issued key is that session, unless principal or creation date say otherwise.
keyed AS (
  SELECT *,
    array_distinct(array_agg(IF(side = 'issued', ROW(side_id, sure_principal, at))) OVER by_key) AS owners,
    min(IF(side = 'caller', at)) OVER by_key AS key_created
  FROM sure
  WINDOW by_key AS (PARTITION BY coalesce(access_key, side_id), kind)
),
tied AS (
  SELECT *,
    IF(kind IS NOT NULL AND access_key IS NOT NULL, filter(owners, o -> o[1] IS NOT NULL
      AND coalesce(o[2] = sure_principal, true) AND (side = 'issued' OR coalesce(at >= o[3] - 2, true))), ARRAY[])
      AS fitting_owners
  FROM keyed
),
-- A console switch leaves two records: STS hands out a key, sign-in tells who switched. One of each are one.
switching AS (
  SELECT *,
    IF(side IN ('caller', 'allowed') AND cardinality(fitting_owners) = 1, fitting_owners[1][1]) AS by_key_id,
    filter(array_agg(IF(side = 'issued' AND NOT is_switch, side_id)) OVER (
      PARTITION BY coalesce(sure_principal, side_id), kind ORDER BY at
      RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING), i -> i IS NOT NULL AND side = 'issued' AND is_switch) AS around
  FROM tied
),
switched AS (
  SELECT *,
    IF(cardinality(around) = 1
      AND count(*) OVER (PARTITION BY IF(cardinality(around) = 1, around[1], side_id), cardinality(around) = 1) = 1,
      around[1]) AS switch_of
  FROM switching
),
-- Tied by time: the principal is the same, and the session was created in the second of its issuance or just before.
timed AS (
  SELECT *,
    array_agg(IF(side = 'issued' AND switch_of IS NULL, ROW(side_id, key_created))) OVER (
      PARTITION BY coalesce(sure_principal, side_id), kind ORDER BY at
      RANGE BETWEEN CURRENT ROW AND 1 FOLLOWING) AS nearby
  FROM switched
),
fitting AS (
  SELECT *,
    IF(side IN ('caller', 'allowed') AND kind IS NOT NULL AND by_key_id IS NULL AND sure_principal IS NOT NULL,
      array_distinct(transform(filter(nearby, c -> c[1] IS NOT NULL AND coalesce(c[2] = at, true)), c -> c[1])),
      ARRAY[]) AS fits
  FROM timed
),
-- A credential has one creation date: what is certain for one is taken away from the others.
claimed AS (
  SELECT *,
    array_agg(IF(cardinality(fits) = 1, ROW(at, fits[1]))) OVER (
      PARTITION BY coalesce(sure_principal, side_id), kind ORDER BY at
      RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS claims
  FROM fitting
),
settled AS (
  SELECT *,
    filter(fits, f -> cardinality(fits) = 1
      OR none_match(claims, c -> coalesce(c[2] = f AND c[1] <> at, false))) AS left_over,
    cardinality(fits) = 1 AND any_match(claims, c -> coalesce(c[2] = fits[1] AND c[1] <> at, false)) AS is_contested
  FROM claimed
),
certain AS (
  SELECT *,
    IF(by_key_id IS NULL AND cardinality(left_over) = 1 AND NOT is_contested, left_over[1]) AS by_time_id
  FROM settled
),
decided AS (
  SELECT *,
    CASE
      WHEN side = 'hour' THEN json_format(CAST(ARRAY['coverage', account, region] AS JSON))
      WHEN switch_of IS NOT NULL THEN switch_of
      -- A copy that does not tell its principal is one with the copy that does.
      WHEN side = 'issued' AND sure_principal IS NULL
        AND cardinality(filter(fitting_owners, o -> o[2] IS NOT NULL)) = 1
        THEN filter(fitting_owners, o -> o[2] IS NOT NULL)[1][1]
      WHEN side NOT IN ('caller', 'allowed') OR kind IS NULL THEN side_id
      ELSE coalesce(by_key_id, by_time_id, json_format(CAST(ARRAY['uses', kind, sure_principal,
        IF(sure_principal IS NULL OR at IS NULL, access_key, CAST(at AS VARCHAR))] AS JSON)))
    END AS session,
    IF(side = 'caller' AND by_key_id IS NULL AND by_time_id IS NULL, fits, ARRAY[]) AS candidates
  FROM certain
),
-- The session that a caller acted in is the one that its identity was tied to.
descended AS (
  SELECT *,
    max(IF(side = 'caller', session)) OVER of_caller AS parent,
    max(IF(side = 'caller', IF(by_time_id IS NOT NULL OR access_key IS NULL, 'principal-time', 'issued-key')))
      OVER of_caller AS parent_tie
  FROM decided
  WINDOW of_caller AS (PARTITION BY IF(side IN ('caller', 'allowed', 'issued'), caller_id, side_id))
),
sessions AS (
  SELECT
    session,
    arbitrary(from_at) AS from_at,
    arbitrary(to_at) AS to_at,
    arbitrary(asked_role) AS asked_role,
    arbitrary(asked_account) AS asked_account,
    min(CASE WHEN side IN ('issued', 'allowed') OR kind IS NOT NULL AND side = 'caller' THEN 'held' ELSE
      IF(side = 'hour', 'coverage', side) END) AS type,
    min(kind) AS kind,
    min(sure_principal) AS principal,
    coalesce(min(at) FILTER (WHERE side = 'issued' AND NOT is_switch), min(at) FILTER (WHERE side = 'issued'),
      min(at), min(first_at)) AS at,
    max_by(role_arn, length(role_arn)) AS role_arn,
    coalesce(min_by(session_name, rank) FILTER (WHERE session_name IS NOT NULL),
      min(session_name), min(regexp_extract(sure_principal, ':(.+)$', 1))) AS session_name,
    coalesce(min(account) FILTER (WHERE side = 'issued'), min(account)) AS account,
    min(region) AS region,
    bool_or(side = 'issued') AS is_issued,
    min_by(substr(rank, 3), rank) AS event_id,
    min(refused_id) AS refused_id,
    max(told_end) AS told_end,
    max(duration) AS duration,
    max(last_at) FILTER (WHERE side = 'caller') AS last_at,
    coalesce(bool_and(is_switch) FILTER (WHERE side = 'issued'), false) AS is_switch,
    max(switch_from) FILTER (WHERE side = 'issued') AS switch_from,
    bool_or(has_copy) FILTER (WHERE side = 'issued') AS has_copy,
    min_by(caller_type, rank) AS caller_type,
    min_by(caller_kind, rank) AS caller_kind,
    min_by(caller_principal, rank) AS caller_principal,
    min_by(caller_account, rank) AS caller_account,
    min(caller_text) AS caller_text,
    coalesce(min_by(parent, rank), '') AS parent,
    min_by(parent_tie, rank) AS parent_tie,
    min_by(service, rank) AS service,
    coalesce(min_by(plain_name, rank), min(plain_name)) AS plain_name,
    min_by(event_name, rank) AS event_name,
    min_by(subject, rank) AS subject,
    min_by(caller_name, rank) AS caller_name,
    min_by(provider, rank) AS provider,
    min(caller_type) AS any_type,
    max(mfa) AS mfa,
    min(behalf_user) AS behalf_user,
    min(web_provider) AS web_provider,
    min_by(web_subject, web_provider) AS web_subject,
    max(ec2_role_delivery) AS ec2_role_delivery,
    max(of_arn) FILTER (WHERE of_arn LIKE '%:user/%') AS of_user,
    min(sign_in_session) FILTER (WHERE side = 'caller') AS sign_in,
    array_agg(DISTINCT split_part(side_id, ' ', 1)) FILTER (WHERE side = 'allowed') AS allows,
    array_distinct(flatten(array_agg(candidates))) AS candidates,
    min(revoked_before) AS revoked_before,
    sum(calls_within) FILTER (WHERE side NOT IN ('issued', 'allowed')) AS calls_within,
    sum(denied_within) FILTER (WHERE side NOT IN ('issued', 'allowed')) AS denied_within,
    min(IF(side = 'hour', first_at, first_within)) FILTER (WHERE side NOT IN ('issued', 'allowed')) AS first_within,
    max(IF(side = 'hour', last_at, last_within)) FILTER (WHERE side NOT IN ('issued', 'allowed')) AS last_within,
    array_sort(array_distinct(flatten(array_agg(addresses)))) AS addresses,
    count(*) AS hours,
    array_agg(CAST(ROW(account, region,
      date_format(from_unixtime(first_at - first_at % 3600, 'UTC'), '%Y-%m-%dT%H:%i:%sZ'), CAST(calls AS VARCHAR),
      date_format(from_unixtime(first_at, 'UTC'), '%Y-%m-%dT%H:%i:%sZ'),
      date_format(from_unixtime(last_at, 'UTC'), '%Y-%m-%dT%H:%i:%sZ')) AS ROW(account VARCHAR, region VARCHAR,
      hour VARCHAR, records VARCHAR, first VARCHAR, last VARCHAR)) ORDER BY first_at)
      FILTER (WHERE side = 'hour') AS hours_seen,
    array_distinct(flatten(array_agg(lines))) AS lines
  FROM descended
  GROUP BY session
),
-- Where a session's own records say to look for the one before it, and the origin that they name themselves.
leading AS (
  SELECT *,
    coalesce(told_end, at + duration, greatest(at + 3600, coalesce(last_at, 0) + 1)) AS ends,
    IF(kind IN ('assumed-role', 'assumed-root'), 1, 0) AS hop,
    coalesce(regexp_like(role_arn, '/AWSReservedSSO_[^/]+$'), false) AS is_sso,
    regexp_extract(role_arn, '([^/]+)$', 1) AS role_name,
    CASE
      WHEN is_issued AND (is_switch OR caller_type = 'AWSAccount' AND switch_from IS NOT NULL) THEN 'switched'
      WHEN is_issued AND caller_type = 'AWSAccount' THEN 'principal'
      WHEN is_issued AND caller_kind IS NOT NULL AND parent NOT IN ('', session) THEN 'session'
      WHEN is_issued THEN 'origin'
      WHEN cardinality(candidates) > 0 THEN 'candidates'
      WHEN sign_in IS NOT NULL THEN 'sign-in'
      ELSE 'shown'
    END AS lead
  FROM sessions
),
rooted AS (
  SELECT *,
    CASE
      WHEN lead = 'switched' THEN CASE
        WHEN switch_from LIKE 'arn:%:iam::%:root'
          THEN ROW('root', split_part(switch_from, ':', 5), split_part(switch_from, ':', 5), hop)
        WHEN switch_from LIKE 'arn:%:iam::%:user/%'
          THEN ROW('iam-user', regexp_extract(switch_from, '([^/]+)$', 1), split_part(switch_from, ':', 5), hop)
        WHEN switch_from LIKE 'arn:%:assumed-role/AWSReservedSSO!_%/%' ESCAPE '!'
          THEN ROW('identity-center-user', regexp_extract(switch_from, ':assumed-role/[^/]+/(.+)$', 1),
            split_part(switch_from, ':', 5), 2)
        END
      WHEN lead = 'principal' AND regexp_like(caller_account, '^\d{12}$')
        THEN ROW('external-account', caller_account, caller_account, hop)
      WHEN lead = 'origin' THEN CASE
        WHEN event_name = 'CreateSession' THEN ROW('roles-anywhere', subject, account, hop)
        WHEN caller_type = 'AWSService' THEN ROW('aws-service', service, account, hop)
        WHEN caller_type = 'SAMLUser' AND is_sso
          THEN ROW('identity-center-user', coalesce(caller_name, session_name), account, hop)
        WHEN caller_type = 'SAMLUser' THEN ROW('saml-user', coalesce(subject, session_name), account, hop)
        WHEN caller_type = 'WebIdentityUser'
          THEN ROW(IF(provider LIKE '%cognito-identity.%', 'cognito', 'web-identity'), subject, account, hop)
        WHEN caller_type = 'IAMUser' THEN ROW('iam-user', plain_name, caller_account, hop)
        WHEN caller_type = 'Root' THEN ROW('root', caller_account, caller_account, hop)
        END
      WHEN lead NOT IN ('shown', 'sign-in') THEN NULL
      -- Its own calls give away where it came from.
      WHEN kind = 'session-token'
        THEN IF(any_type = 'Root', ROW('root', account, account, hop), ROW('iam-user', plain_name, account, hop))
      WHEN kind = 'federated-user' AND of_user IS NOT NULL
        THEN ROW('iam-user', regexp_extract(of_user, '([^/]+)$', 1), account, hop)
      WHEN kind <> 'assumed-role' THEN NULL
      WHEN is_sso OR behalf_user IS NOT NULL THEN ROW('identity-center-user', session_name, account, hop)
      WHEN web_provider IS NOT NULL AND web_subject IS NOT NULL
        THEN ROW(IF(web_provider LIKE '%cognito-identity.%', 'cognito', 'web-identity'), web_subject, account, hop)
      WHEN role_arn LIKE '%:role/aws-service-role/%'
        THEN ROW('aws-service', regexp_extract(role_arn, ':role/aws-service-role/([^/]+)/', 1), account, hop)
      WHEN ec2_role_delivery IS NOT NULL THEN ROW('aws-service', 'ec2.amazonaws.com', account, hop)
    END AS origin
  FROM leading
),
-- Everything in one row: chains are walked in it, not in the table.
gathered AS (
  SELECT
    map_agg(session, CAST(ROW(kind, role_arn, session_name, account, caller_principal, parent, switch_from, sign_in,
      lead, parent_tie, has_copy, origin, hop, at, ends, candidates, lines)
      AS ROW(kind VARCHAR, role_arn VARCHAR, session_name VARCHAR, account VARCHAR, caller_principal VARCHAR,
        parent VARCHAR, switch_from VARCHAR, sign_in VARCHAR, lead VARCHAR, parent_tie VARCHAR, has_copy BOOLEAN,
        origin ROW(kind VARCHAR, id VARCHAR, account VARCHAR, hops BIGINT), hop BIGINT, at BIGINT, ends BIGINT,
        candidates ARRAY(VARCHAR), lines ARRAY(VARCHAR))))
      FILTER (WHERE type = 'held') AS nodes,
    multimap_agg(principal, CAST(ROW(session, at, ends) AS ROW(session VARCHAR, at BIGINT, ends BIGINT)))
      FILTER (WHERE type = 'held' AND principal IS NOT NULL AND cardinality(candidates) = 0) AS of_principal,
    multimap_agg(split_part(role_arn, ':', 5) || ':' || role_name || '/' || session_name,
        CAST(ROW(session, at, ends) AS ROW(session VARCHAR, at BIGINT, ends BIGINT)))
      FILTER (WHERE type = 'held' AND role_name IS NOT NULL AND session_name IS NOT NULL
        AND cardinality(candidates) = 0) AS of_name,
    map_agg(principal, CAST(ROW(plain_name, account, lines) AS ROW(name VARCHAR, account VARCHAR,
      lines ARRAY(VARCHAR))))
      FILTER (WHERE type = 'caller' AND principal IS NOT NULL) AS users,
    multimap_from_entries(flatten(coalesce(array_agg(transform(allows, a -> ROW(a, session)))
      FILTER (WHERE allows IS NOT NULL), ARRAY[]))) AS sign_ins,
    multimap_agg(account || ':' || session_name, CAST(ROW(at, revoked_before, lines)
      AS ROW(at BIGINT, before BIGINT, lines ARRAY(VARCHAR))))
      FILTER (WHERE type = 'revoked') AS revocations,
    array_agg(CAST(ROW(type, session, from_at, to_at, kind, role_arn, role_name, session_name, account, region, at,
      ends, plain_name, any_type, caller_text, calls_within, denied_within, first_within, last_within, addresses, mfa,
      coalesce(event_id, refused_id), hours, hours_seen, lines) AS ROW(type VARCHAR, session VARCHAR, from_at BIGINT,
      to_at BIGINT, kind VARCHAR, role_arn VARCHAR, role_name VARCHAR, session_name VARCHAR, account VARCHAR,
      region VARCHAR, at BIGINT, ends BIGINT, plain_name VARCHAR, any_type VARCHAR, caller_text VARCHAR, calls BIGINT,
      denied BIGINT, first_at BIGINT, last_at BIGINT, addresses ARRAY(VARCHAR), mfa VARCHAR, event_id VARCHAR,
      hours BIGINT, hours_seen ARRAY(ROW(account VARCHAR, region VARCHAR, hour VARCHAR, records VARCHAR, first VARCHAR,
        last VARCHAR)), lines ARRAY(VARCHAR))))
      FILTER (WHERE type IN ('refused', 'direct', 'coverage') OR type = 'held'
        AND kind IN ('assumed-role', 'assumed-root') AND at < to_at AND ends > from_at
        AND coalesce(role_name, '') LIKE asked_role ESCAPE '\'
        AND coalesce(account, '') LIKE asked_account ESCAPE '\') AS answers
  FROM rooted
),
-- For each session those that may be the one before. Nobody comes from a session that was issued later, or from itself.
related AS (
  SELECT *,
    transform_values(nodes, (id, n) -> array_distinct(filter(
      flatten(transform(CASE n.lead
        WHEN 'session' THEN ARRAY[n.parent]
        WHEN 'candidates' THEN n.candidates
        WHEN 'sign-in' THEN coalesce(element_at(sign_ins, n.sign_in), ARRAY[])
        WHEN 'principal' THEN transform(filter(coalesce(element_at(of_principal, n.caller_principal), ARRAY[]),
          c -> c.at <= n.at AND c.ends > n.at), c -> c.session)
        WHEN 'switched' THEN transform(filter(coalesce(element_at(of_name, regexp_replace(n.switch_from,
          '^arn:[a-z-]+:sts::(\d{12}):assumed-role/', '$1:')), ARRAY[]),
          c -> c.at <= n.at AND c.ends > n.at), c -> c.session)
        ELSE ARRAY[] END,
        -- The caller's session may itself be one of several credentials: then so may the parent.
        p -> IF(n.lead = 'session' AND cardinality(element_at(nodes, p).candidates) > 0,
          element_at(nodes, p).candidates, ARRAY[p]))),
      p -> p <> id AND element_at(nodes, p).at <= n.at))) AS above,
    transform_values(nodes, (id, n) -> IF(n.lead = 'principal' AND element_at(users, n.caller_principal) IS NOT NULL,
      CAST(ROW('iam-user', element_at(users, n.caller_principal).name, element_at(users, n.caller_principal).account,
        n.hop) AS ROW(kind VARCHAR, id VARCHAR, account VARCHAR, hops BIGINT)), n.origin)) AS origins,
    transform_values(nodes, (id, n) -> n.account || ':' || coalesce(regexp_extract(n.role_arn, '([^/]+)$', 1), n.kind)
      || coalesce('/' || n.session_name, '')) AS labels
  FROM gathered
),
-- Level by level up from each answer, until nothing is above.
climbed AS (
  SELECT a.*, nodes, above, origins, labels, users, element_at(nodes, a.session) AS node,
    coalesce(element_at(revocations, a.account || ':' || a.role_name), ARRAY[]) AS revoking,
    reduce(sequence(1, IF(a.type = 'held', 200, 1)),
      CAST(ROW(IF(a.type = 'held', ARRAY[ROW(a.session, 0)], ARRAY[]), ARRAY[]) AS ROW(
        front ARRAY(ROW(id VARCHAR, hops BIGINT)), levels ARRAY(ARRAY(ROW(id VARCHAR, hops BIGINT))))),
      (s, i) -> IF(cardinality(s.front) = 0, s, CAST(ROW(
        array_distinct(flatten(transform(s.front, f -> transform(
          filter(element_at(above, f.id), p -> none_match(s.front, o -> o.id = p)
            AND none_match(flatten(s.levels), o -> o.id = p)),
          p -> ROW(p, f.hops + IF(element_at(nodes, f.id).lead IN ('candidates', 'sign-in'), 0,
            element_at(nodes, f.id).hop)))))),
        concat(s.levels, ARRAY[s.front])) AS ROW(
        front ARRAY(ROW(id VARCHAR, hops BIGINT)), levels ARRAY(ARRAY(ROW(id VARCHAR, hops BIGINT)))))),
      s -> s.levels) AS levels
  FROM related CROSS JOIN UNNEST(answers) AS a (type, session, from_at, to_at, kind, role_arn, role_name,
    session_name, account, region, at, ends, plain_name, any_type, caller_text, calls, denied, first_at, last_at,
    addresses, mfa, event_id, hours, hours_seen, lines)
),
reached AS (
  SELECT *,
    array_position(transform(levels, l -> cardinality(l) > 1), true) AS parting,
    transform(filter(flatten(levels), f -> cardinality(element_at(above, f.id)) = 0), f -> CAST(ROW(
      element_at(origins, f.id), f.hops + element_at(origins, f.id).hops)
      AS ROW(origin ROW(kind VARCHAR, id VARCHAR, account VARCHAR, hops BIGINT), depth BIGINT))) AS roots,
    -- IAM's revocation ends what was issued before its limit, from the moment of the change on.
    array_min(concat(ARRAY[ends], transform(filter(revoking, r -> at < r.before AND r.at >= at AND r.at < ends),
      r -> r.at))) AS cut,
    flatten(transform(revoking, r -> r.lines)) AS revoked_lines,
    cardinality(element_at(above, session)) AS fitting
  FROM climbed
),
answered AS (
  SELECT *,
    IF(cardinality(array_distinct(transform(roots, r -> ROW(r.origin.kind, r.origin.id, r.origin.account)))) = 1,
      roots[1].origin) AS origin,
    IF(cardinality(array_distinct(transform(roots, r -> r.depth))) = 1, roots[1].depth) AS depth,
    -- Named from above down to where several fit.
    reverse(transform(slice(levels, 1, IF(parting = 0, cardinality(levels), parting - 1)),
      l -> element_at(labels, l[1].id))) AS hops
  FROM reached
)
SELECT
  type AS kind,
  CASE type
    WHEN 'held' THEN coalesce(origin.id, 'unobserved')
    WHEN 'refused' THEN caller_text
    WHEN 'direct' THEN plain_name
  END AS who,
  CASE type
    WHEN 'held' THEN coalesce(origin.kind, 'unobserved')
    WHEN 'direct' THEN CASE any_type WHEN 'Root' THEN 'root' WHEN 'IAMUser' THEN 'iam-user' ELSE 'federated-user' END
  END AS origin_kind,
  IF(type IN ('held', 'refused'), role_arn) AS role_arn,
  IF(type = 'held', session_name) AS session_name,
  IF(type = 'held', array_join(concat(
    ARRAY[IF(parting > 0, CAST(cardinality(levels[parting]) AS VARCHAR) || ' candidates',
      coalesce(origin.id, 'unobserved'))], hops), ' → ')) AS chain,
  IF(type = 'held' AND origin IS NOT NULL, depth) AS depth,
  IF(type = 'held', date_format(from_unixtime(at, 'UTC'), '%Y-%m-%dT%H:%i:%sZ')) AS issued_at,
  IF(type = 'held', date_format(from_unixtime(cut, 'UTC'), '%Y-%m-%dT%H:%i:%sZ')) AS expires_at,
  IF(type <> 'coverage', coalesce(calls, 0)) AS calls,
  IF(type <> 'coverage', coalesce(denied, 0)) AS denied,
  date_format(from_unixtime(first_at, 'UTC'), '%Y-%m-%dT%H:%i:%sZ') AS first_used,
  date_format(from_unixtime(last_at, 'UTC'), '%Y-%m-%dT%H:%i:%sZ') AS last_used,
  IF(type <> 'coverage', array_join(addresses, ' ')) AS source_ip,
  IF(type IN ('held', 'direct'), mfa) AS mfa,
  IF(type = 'held', CASE
    WHEN fitting > 1 THEN 'ambiguous (' || CAST(fitting AS VARCHAR) || ')'
    WHEN fitting = 1 THEN CASE node.lead
      WHEN 'session' THEN IF(element_at(above, session)[1] = node.parent, node.parent_tie, 'principal-time')
      WHEN 'principal' THEN 'principal-window'
      WHEN 'switched' THEN 'switch-from'
      WHEN 'sign-in' THEN 'sign-in-session'
      ELSE 'principal-time' END
    WHEN node.lead = 'origin' AND origin IS NOT NULL THEN IF(node.has_copy, 'shared-event', 'issuance')
    WHEN node.lead = 'principal' AND origin.kind = 'iam-user' THEN 'principal-window'
    WHEN node.lead = 'switched' AND origin IS NOT NULL THEN 'switch-from'
    ELSE 'unobserved' END) AS method,
  event_id,
  account,
  IF(type = 'coverage', region) AS region,
  IF(type = 'coverage', hours) AS hours,
  IF(type = 'refused', session_name) AS error_code,
  IF(type = 'coverage', json_format(CAST(hours_seen AS JSON)), '[' || array_join(array_distinct(
    IF(type <> 'held', lines, concat(
      flatten(transform(flatten(levels), f -> element_at(nodes, f.id).lines)),
      flatten(transform(filter(flatten(levels), f -> element_at(nodes, f.id).lead = 'principal'),
        f -> coalesce(element_at(users, element_at(nodes, f.id).caller_principal).lines, ARRAY[]))),
      revoked_lines))), ',') || ']') AS rows
FROM answered
WHERE type <> 'held' OR greatest(at, from_at) < least(cut, to_at) OR calls > 0
ORDER BY array_position(ARRAY['held', 'refused', 'direct', 'coverage'], type), at, role_arn, event_id, who, account,
  region
