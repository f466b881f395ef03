-- Sessions, codes and refresh tokens go by the hash of the value that people present.
update identity_documents
set id = encode(sha256(convert_to(id, 'UTF8')), 'hex'), payload = payload - 'jti'
where model in ('Session', 'AuthorizationCode', 'RefreshToken');
update identity_documents set payload = payload #- '{session,cookie}' where model = 'Interaction';
