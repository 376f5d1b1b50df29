"""Fills a pool: make_keys.py URL CA_FILE COUNT TOKEN_URL CLIENT_ID SECRET

Keys are called key-00000 and so on; every tenth is an EC pair, the others AES keys, which are made faster. The tag p11_type
tells a module the type where a list does not.
"""
import http.client
import json
import ssl
import sys
import threading
import urllib.parse
import urllib.request


def access_token(url, resource, context, client_id, secret):
    body = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client_id,
                                   "client_secret": secret, "scope": resource + "/.default"}).encode()
    with urllib.request.urlopen(url, data=body, context=context, timeout=20) as answer:
        return json.load(answer)["access_token"]


def create(connection, host, token, name, body):
    connection.request("POST", f"/keys/{name}/create?api-version=7.4", body=json.dumps(body),
                       headers={"Host": host, "Authorization": "Bearer " + token, "Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{name}: {answer.status} {text.decode()}")


def main():
    url, ca_file, count, token_url, client_id, secret = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca_file)
    place = urllib.parse.urlsplit(url)
    token = access_token(token_url, "https://" + place.netloc.partition(".")[2], context, client_id, secret)
    failed = []

    def work(first, step):
        # "localhost" is in the certificate, and every machine knows it.
        connection = http.client.HTTPSConnection("localhost", place.port, context=context, timeout=60)
        try:
            for number in range(first, int(count), step):
                kind = ({"kty": "EC-HSM", "crv": "P-256", "tags": {"p11_type": "EC"}} if number % 10 == 0 else
                        {"kty": "oct-HSM", "key_size": 256, "tags": {"p11_type": "AES"}})
                create(connection, place.netloc, token, f"key-{number:05}", kind)
        except BaseException as problem:  # of a thread: told at the end
            failed.append(problem)

    threads = [threading.Thread(target=work, args=(i, 4)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        sys.exit(f"the pool was not filled: {failed[0]}")
    print(f"{count} keys were made")


if __name__ == "__main__":
    main()
