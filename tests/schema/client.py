"""A client of the REST API with nothing between it and the wire: what the environment of a development server says is
enough to log in and ask. Standard library only."""

import http.client
import json
import os
import ssl
from urllib.parse import urlencode, urlsplit

from exchanges import Exchange


class Client:
    def __init__(self, url=None, token=None):
        self.url = (url or os.environ['HSM_URL']).rstrip('/')
        self.tls = ssl.create_default_context(cafile=os.environ['CURL_CA_BUNDLE'])
        self.connection = http.client.HTTPSConnection(urlsplit(self.url).netloc, context=self.tls, timeout=30)
        self.token = token or self.log_in(os.environ['AZURE_CLIENT_ID'], os.environ['AZURE_CLIENT_SECRET'])

    def log_in(self, client_id, secret):
        authority = urlsplit(os.environ['AZURE_AUTHORITY_HOST'])
        connection = http.client.HTTPSConnection(authority.netloc, context=self.tls, timeout=30)
        form = {'client_id': client_id, 'client_secret': secret, 'grant_type': 'client_credentials',
                'scope': f'https://managedhsm.localhost:{urlsplit(self.url).port}/.default'}
        connection.request('POST', f"/{os.environ['AZURE_TENANT_ID']}/oauth2/v2.0/token", urlencode(form),
                           {'content-type': 'application/x-www-form-urlencoded'})
        answer = json.loads(connection.getresponse().read())
        assert 'access_token' in answer, answer
        return answer['access_token']

    def exchange(self, method, path, body=None, version='7.4', query=None):
        """One exchange; body is a value, or text that is sent as it is."""
        query = dict({'api-version': version} if version else {}, **(query or {}))
        target = path + ('?' + urlencode(query) if query else '')
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        headers = {'authorization': f'Bearer {self.token}'}
        if text is not None:
            headers['content-type'] = 'application/json'
        self.connection.request(method, target, text, headers)
        answer = self.connection.getresponse()
        return Exchange(method, self.url + target, answer.status, {}, text or '',
                        {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode())

    def ask(self, method, path, body=None, **options):
        """The answer's value, where only a success will do."""
        done = self.exchange(method, path, body, **options)
        assert done.status < 300, f'{done}: {done.response_body}'
        return json.loads(done.response_body) if done.response_body else None
