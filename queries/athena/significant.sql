-- Which calls does rolecall look at one by one: sensitive ones, refusals, sign-ins, changes of trust and permissions,
-- what was shown to others, what two accounts logged?
-- Parameters: first and last day folder ('2026/11/17'), then the time, from and up to ('2026-11-17T00:00:00Z').
-- Reads the table once. Answers one row for each record, but for those that hand out credentials: see issuances.sql.
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
)
SELECT DISTINCT
  event_time,
  event_source,
  event_name,
  error_code,
  account,
  region,
  of_iam AS changes_permissions,
  exposing AS shows_to_others,
  coalesce(user_arn, user_principal_id, invoked_by, user_account) AS who,
  user_type, user_principal_id, user_arn, user_account, user_access_key, user_name, invoked_by, identity_provider,
  behalf_user, behalf_store, issuer_type, issuer_id, issuer_arn, created_at, mfa, source_identity, ec2_role_delivery,
  from_console, assumed_root, web_provider, web_subject, sign_in_session,
  source_ip,
  user_agent,
  resources,
  event_id,
  request_id,
  shared_event_id
FROM marked
WHERE (of_iam OR exposing OR telling OR issuing)
  AND NOT (issuing AND event_name IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot',
    'GetSessionToken', 'GetFederationToken', 'SwitchRole', 'RenewRole', 'CreateOAuth2Token', 'GetRoleCredentials',
    'Federate', 'CreateSession', 'AssumeRoleForPodIdentity'))
ORDER BY event_time, event_id
