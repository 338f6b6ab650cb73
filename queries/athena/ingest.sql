-- What rolecall keeps of the logs: every record that matters by itself, and the sums of the others. `rolecall ingest
-- athena://…` sends this; by hand, see issuances.sql, significant.sql, uses.sql and coverage.sql, which take it apart.
-- Parameters: first and last day folder ('2026/11/17'), then the time, from and up to ('2026-11-17T00:00:00Z').
-- Reads the table once: logs are text in small objects, and every further read of them costs the same again.
-- Answers one row for each record that hands out credentials, changes permissions, exposes something, was refused,
-- is sensitive, or was logged by two accounts (kind 'record'), and one for all calls that are equal in identity,
-- action, outcome, account, region, address, user agent and hour (kind 'sum': how many, the first and the last).
-- No session token and no secret is read out of a record, and an ExternalId leaves the engine as its SHA-256.
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
)
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
  external_id
FROM shaped
GROUP BY alone, IF(alone, event_id), IF(alone, event_time, substr(event_time, 1, 13)),
  event_source, event_name, region, account, error_code, read_only, event_type, source_ip, user_agent,
  user_type, user_principal_id, user_arn, user_account, user_access_key, user_name, invoked_by, identity_provider,
  behalf_user, behalf_store, issuer_type, issuer_id, issuer_arn, created_at, mfa, source_identity, ec2_role_delivery,
  from_console, assumed_root, web_provider, web_subject, sign_in_session,
  IF(alone, event_category), IF(alone, management_event), IF(alone, request_id), IF(alone, shared_event_id),
  IF(alone, revises), IF(alone, has_addendum), IF(alone, resources),
  IF(alone AND event_name = 'AssumeRole' AND error_code = 'AccessDenied', error_message),
  request_told, response_told, additional_told, details_told, external_id
