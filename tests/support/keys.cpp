// Key material of the tests, made once with OpenSSL and published with this file: it guards nothing.
#include "support/keys.hpp"

#include <stdexcept>

namespace kvp11::test {

const RsaNumbers& rsa_numbers() {
    static const RsaNumbers numbers{
        from_hex(  // n
            "c4192fe7e178f4133e80baef85e2a5c981b7a4199d11aa2123a0e5a13f8f4c4c8105ee17381a011a7d1cbf99"
            "78b25a5272d4e36555a5f63dd5bd0f1f256c3326120575706e0b4ee9f1af70625aa333c494d4899f25faea04"
            "8fa75f361ca1fca1764f78e77795a41085074d1bbb7c46c4a3fe318b3369d74444b343ce5949a67bc40f9875"
            "6d7ed99a3e850fa7c3bd729c5bf81f4c1c20ea962a2f27c16c0670ed645d616a7e77e83ea510a3fc191af45c"
            "894be038ce15d047d08527e27142cc605a2b5ee9407d17c3f0351055ba12fe24116daeaabc4a4bb114a2098a"
            "7c72faa5417939ca9de2f50f3932f72d06fe622cc03ab14baed3140fd4523762f495c3f9"),
        from_hex(  // e
            "010001"),
        from_hex(  // d
            "45fe377b2c9f5f7efef033c90aa0bb4c1160dad1c99e647b2f9c5e5a0fb5b62618676574243223f2b075726d"
            "f506b3f679c642e4088e14363df41d51a0a9de17d896da34271322379e6c6050bac945d104ce57d0d65d98e9"
            "c7dc95bf5ab8f6d32ac773002b4ede20875af3cad240a981c6871467fb11ec2411e16a725cac4d1f80052435"
            "1e2bf9a106489163891beb841d054cd6323378dec7afa7ce187d43c7bd2e8533884a9e4788e37684400de501"
            "2406ae6e12d850543693119b9c42b381677238efe6483ccf870a399801f7b3cefec79cf87169209628de8a97"
            "e7e8c2f668dfcbe97e6d7655437deff92432fdbbd0246ba16e5453ae471dbfcf8a182781"),
        from_hex(  // p
            "e3450d528f6f340eba5d06b36203da5770a94439099f774376dc4df20b5609c8f4cab8ea6c592e6ed82e2897"
            "bf7c2a6d1fb5c3820f1b71326d88b2fd321170fa2983dfaa55b47df5ae570edfb50ad3573f10989f361481b3"
            "eda3158fe82806a0724cd9e69b15fc52ab3ab67954eb417e815de355eeb33ecacf1583ba6dbaafcf"),
        from_hex(  // q
            "dce35c9f2a0b2f088a5ae7e722580314d8fe8d072d03f4b30035f6e6d6957a594e68f52c395cfd8d88796d4c"
            "a3aa4a4bc48ddaff9321e8ed6341b52c2fcd6041d2ef48f0d474de2f927b97530c36db3aeed540c4f9c2b989"
            "7b2b3752a0e493056150eb2bb099f6f4a7acbedf99c71caa97763d9c83a6a3dcb75c24fab77339b7"),
        from_hex(  // dp
            "aaca1fa2e58b6a118f578d4b8ce2dc584d9fc6571eb629c81730a39abb8e22b853cd6c7d2e832e73ba1da5ff"
            "b3b4b9a55be91a4d48d1149612de61b408c636a2a84423f73b84f20b88c27fb8f9b272f3e3beb313226ef2b1"
            "a669a2308d04574687dedcf9819e5a0a3e07574d82d57058831b6d560c95c32061d307353874ccdd"),
        from_hex(  // dq
            "21426ad3dc74caa43290f5922bedaca91af35930d76a5d1206da194f30c8591fd15aa47000432c3a7f6e2932"
            "fd01cb261576769f3cfc42225c6bac67f6daa9bfbf8f2020831d05c78bfae8122d28a561fe4c45f062db1b2c"
            "c44b018d8384674ecc146f14a906c5d498dabdf2d528d1fc2dca3404b91e02565d95964bda0b9389"),
        from_hex(  // qi
            "b56f08c564abde46eacce6c651a6f410a0f96a89286ee5041c4969f5cd42cbeea6a1188bf64d542abb4b2cde"
            "47ff1cfb3aaacdbdbd61acbd6e0b7c56e689b18520c65504710e544f3c3994813949a3ddaa243aae1e099700"
            "8ede365b9bbe2e3670481cbd458290b459367a58b5f70fa80f5dec8664ebaf59786e8244f83d8a71"),
    };
    return numbers;
}

const EcNumbers& ec_numbers(Curve curve) {
    static const EcNumbers p256{
        from_hex("06082a8648ce3d030107"), from_hex("0e6a36523d6e131fec252459c13a8bf4b8ee8ca49bcc37880d5500b706b054ed"),
        from_hex("045b3bab5ab4cfcc5bb857a46de9c0d55cc77334cc2f241951c1d6148db2d21d613dbd5b426d755babce2b43"
                 "d787e6eaef0201b76b9ce47abe83869846d87cb24d"),
        32};
    static const EcNumbers p384{
        from_hex("06052b81040022"),
        from_hex("1b910994e743282b3f37ee581d977d805b04c800f6058e3a87c000d1e88139d0ee610fdb70bd50510f125769"
                 "69c735ec"),
        from_hex("0467111a558dd1c42ed513f61ea17c249d34a4e6ab4aa3fa822644492c75f09daf9437cae05ded1d13a33c45"
                 "a92d9f6fbe1168a82d602f735248e4ff0e108ed56bc242d408fe20a2264b8d58ff09450ea6829774ebd41212"
                 "ea00d756a2308a2154"),
        48};
    static const EcNumbers p521{
        from_hex("06052b81040023"),
        from_hex("013d56668796942cffb2212fea2d24f95e4995186e1e0b999976dd7f9b0129cd28d6a245bade3bdff64b9309"
                 "d88e9482cbc10d4a0e1f857f0f500286f9b26c227c08"),
        from_hex("0400bc2c44d7d6d8c0f526e877d1b97c1d5abc9fa25a99e75117483792ff76f3a60792de9bb6be86c0a268de"
                 "3d085a6a101e53bffc8326e6c8b57a2c82f9bad1ccbb99005d9d94d5fb968a510a92ef99dc0b52856ac9281e"
                 "b97ea432bc054cfcdf51b99b8ccaf590f0edfabd565ced41745ef1b75817f142274a4c79c77397a22d051006"
                 "04"),
        66};
    static const EcNumbers secp256k1{
        from_hex("06052b8104000a"), from_hex("0efb171aca66891721be0538d28dc64bf62f8719225c2169b8fc7786d7172518"),
        from_hex("04db229da8b221578d2198ae16b09a550951e990e7806dfbc4b751ae7ba57ad0e2461d87e8dc405b61e0a615"
                 "21a12f948fc3f2e68a33bd7c8af4e65b5c55a21eb5"),
        32};
    switch (curve) {
        case Curve::P256: return p256;
        case Curve::P384: return p384;
        case Curve::P521: return p521;
        case Curve::Secp256k1: return secp256k1;
    }
    throw std::runtime_error("no such curve");
}

Bytes der_octet_string(const Bytes& content) {
    Bytes der{0x04};
    if (content.size() > 127) {
        der.push_back(0x81);
    }
    der.push_back(static_cast<std::uint8_t>(content.size()));
    return der + content;
}

Template rsa_public(const RsaNumbers& numbers) {
    return Template()
        .set(CKA_CLASS, CKO_PUBLIC_KEY)
        .set(CKA_KEY_TYPE, CKK_RSA)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, false)
        .flag(CKA_VERIFY, true)
        .flag(CKA_ENCRYPT, true)
        .flag(CKA_WRAP, true)
        .bytes(CKA_MODULUS, numbers.n)
        .bytes(CKA_PUBLIC_EXPONENT, numbers.e);
}

Template rsa_private(const RsaNumbers& numbers) {
    return Template()
        .set(CKA_CLASS, CKO_PRIVATE_KEY)
        .set(CKA_KEY_TYPE, CKK_RSA)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, true)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SIGN, true)
        .flag(CKA_DECRYPT, true)
        .flag(CKA_UNWRAP, true)
        .bytes(CKA_MODULUS, numbers.n)
        .bytes(CKA_PUBLIC_EXPONENT, numbers.e)
        .bytes(CKA_PRIVATE_EXPONENT, numbers.d)
        .bytes(CKA_PRIME_1, numbers.p)
        .bytes(CKA_PRIME_2, numbers.q)
        .bytes(CKA_EXPONENT_1, numbers.dp)
        .bytes(CKA_EXPONENT_2, numbers.dq)
        .bytes(CKA_COEFFICIENT, numbers.qi);
}

Template ec_public(const EcNumbers& numbers) {
    return Template()
        .set(CKA_CLASS, CKO_PUBLIC_KEY)
        .set(CKA_KEY_TYPE, CKK_EC)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, false)
        .flag(CKA_VERIFY, true)
        .bytes(CKA_EC_PARAMS, numbers.parameters)
        .bytes(CKA_EC_POINT, der_octet_string(numbers.point));
}

Template ec_private(const EcNumbers& numbers) {
    return Template()
        .set(CKA_CLASS, CKO_PRIVATE_KEY)
        .set(CKA_KEY_TYPE, CKK_EC)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, true)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SIGN, true)
        .flag(CKA_DERIVE, true)
        .bytes(CKA_EC_PARAMS, numbers.parameters)
        .bytes(CKA_VALUE, numbers.scalar);
}

namespace {

Template secret(CK_KEY_TYPE type, const Bytes& value) {
    return Template()
        .set(CKA_CLASS, CKO_SECRET_KEY)
        .set(CKA_KEY_TYPE, type)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, true)
        .flag(CKA_SENSITIVE, false)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SIGN, true)
        .flag(CKA_VERIFY, true)
        .bytes(CKA_VALUE, value);
}

}  // namespace

Template aes_key(const Bytes& value) {
    return secret(CKK_AES, value)
        .flag(CKA_ENCRYPT, true)
        .flag(CKA_DECRYPT, true)
        .flag(CKA_WRAP, true)
        .flag(CKA_UNWRAP, true);
}

Template generic_secret(const Bytes& value) { return secret(CKK_GENERIC_SECRET, value); }

Bytes curve_parameters(OtherCurve curve) {
    // RFC 8410 section 3: 1.3.101.110 to 1.3.101.113.
    switch (curve) {
        case OtherCurve::X25519: return from_hex("06032b656e");
        case OtherCurve::X448: return from_hex("06032b656f");
        case OtherCurve::Ed25519: return from_hex("06032b6570");
        case OtherCurve::Ed448: return from_hex("06032b6571");
    }
    throw std::runtime_error("no such curve");
}

CK_KEY_TYPE key_type_of(OtherCurve curve) {
    return curve == OtherCurve::Ed25519 || curve == OtherCurve::Ed448 ? CKK_EC_EDWARDS : CKK_EC_MONTGOMERY;
}

Template curve_public(OtherCurve curve, const Bytes& point) {
    return Template()
        .set(CKA_CLASS, CKO_PUBLIC_KEY)
        .set(CKA_KEY_TYPE, key_type_of(curve))
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, false)
        .flag(CKA_VERIFY, true)
        .bytes(CKA_EC_PARAMS, curve_parameters(curve))
        .bytes(CKA_EC_POINT, point);
}

Template curve_private(OtherCurve curve, const Bytes& value) {
    return Template()
        .set(CKA_CLASS, CKO_PRIVATE_KEY)
        .set(CKA_KEY_TYPE, key_type_of(curve))
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, true)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SIGN, true)
        .flag(CKA_DERIVE, true)
        .bytes(CKA_EC_PARAMS, curve_parameters(curve))
        .bytes(CKA_VALUE, value);
}

Template secret_key(CK_KEY_TYPE type, const Bytes& value) {
    return secret(type, value).flag(CKA_ENCRYPT, true).flag(CKA_DECRYPT, true).flag(CKA_DERIVE, true);
}

Template aes_generation(CK_ULONG bytes) { return aes_key({}).without(CKA_VALUE).set(CKA_VALUE_LEN, bytes); }

Template pair_public(const Bytes& id) {
    return Template().flag(CKA_TOKEN, false).flag(CKA_PRIVATE, false).flag(CKA_VERIFY, true).bytes(CKA_ID, id);
}

Template pair_private(const Bytes& id) {
    return Template()
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, true)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, false)
        .flag(CKA_SIGN, true)
        .bytes(CKA_ID, id);
}

}  // namespace kvp11::test
