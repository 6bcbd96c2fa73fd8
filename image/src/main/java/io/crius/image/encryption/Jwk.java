package io.crius.image.encryption;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.Base64;

/** Keys as JSON. Spec: RFC 7517 and RFC 7518, section 6. */
final class Jwk {
    /** The largest number of a key, in bytes: RSA with 16384 bits. */
    private static final int LARGEST_NUMBER = 2048;

    private Jwk() {}

    /** The private RSA or EC key. No message quotes any of it. */
    static PrivateKey privateKey(JsonObject key) throws GeneralSecurityException {
        String type = key.string("kty").orElse("");
        return switch (type) {
            case "RSA" -> KeyFactory.getInstance("RSA").generatePrivate(rsa(key));
            case "EC" ->
                KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number(key, "d"), curve(key)));
            default -> throw new InvalidKeyException("the JSON key is neither RSA nor EC");
        };
    }

    private static RSAPrivateKeySpec rsa(JsonObject key) throws InvalidKeyException {
        BigInteger modulus = number(key, "n");
        BigInteger exponent = number(key, "d");
        return key.has("p")
                ? new RSAPrivateCrtKeySpec(
                        modulus,
                        number(key, "e"),
                        exponent,
                        number(key, "p"),
                        number(key, "q"),
                        number(key, "dp"),
                        number(key, "dq"),
                        number(key, "qi"))
                : new RSAPrivateKeySpec(modulus, exponent);
    }

    /** The public EC key; whether its point is on the curve is looked at by whoever uses it. */
    static PublicKey publicEcKey(JsonObject key) throws GeneralSecurityException {
        if (!key.string("kty").orElse("").equals("EC")) {
            throw new InvalidKeyException("the JSON key is not EC");
        }
        var point = new ECPoint(number(key, "x"), number(key, "y"));
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve(key)));
    }

    private static ECParameterSpec curve(JsonObject key) throws GeneralSecurityException {
        String name = switch (key.string("crv").orElse("")) {
            case "P-256" -> "secp256r1";
            case "P-384" -> "secp384r1";
            case "P-521" -> "secp521r1";
            default -> throw new InvalidKeyException("the curve of the JSON key is not known");
        };
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static BigInteger number(JsonObject key, String name) throws InvalidKeyException {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(key.string(name).orElse(""));
            if (bytes.length > 0 && bytes.length <= LARGEST_NUMBER) {
                return new BigInteger(1, bytes);
            }
        } catch (IllegalArgumentException | CriusException.InvalidArgument _) {
            // The text is secret.
        }
        throw new InvalidKeyException("\"" + name + "\" of the JSON key is missing or damaged");
    }
}
