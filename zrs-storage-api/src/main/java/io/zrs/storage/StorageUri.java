package io.zrs.storage;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The address of a storage: {@code scheme://path?name=value&name=value}, as {@code zodburi} writes it.
 *
 * <p>Threading: immutable.
 *
 * @param path everything between {@code scheme://} and {@code ?}, percent-decoded
 * @param parameters names and values, percent-decoded
 */
public record StorageUri(String scheme, String path, Map<String, String> parameters) {
    /** Copies the parameters. */
    public StorageUri {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Takes a URI apart.
     *
     * @throws IllegalArgumentException if it is none, or names a parameter twice
     */
    public static StorageUri parse(String uri) {
        int schemeEnd = uri.indexOf(':');
        if (schemeEnd <= 0) {
            throw new IllegalArgumentException("not a storage URI, a scheme such as file: is missing: '" + uri + "'");
        }
        String rest = uri.substring(schemeEnd + 1);
        if (rest.startsWith("//")) {
            rest = rest.substring(2);
        }
        int queryStart = rest.indexOf('?');
        String path = queryStart < 0 ? rest : rest.substring(0, queryStart);
        Map<String, String> parameters = new LinkedHashMap<>();
        if (queryStart >= 0) {
            for (String parameter : rest.substring(queryStart + 1).split("&", -1)) {
                addParameter(parameters, parameter, uri);
            }
        }
        return new StorageUri(uri.substring(0, schemeEnd).toLowerCase(Locale.ROOT), decode(path), parameters);
    }

    /** The value of a parameter, if it is there. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /**
     * The value of a yes-or-no parameter; false if it is not there or has no value.
     *
     * @throws IllegalArgumentException if it is neither of 1, on, true, t, yes nor of 0, off, false, f, no
     */
    public boolean flag(String name) {
        String value = parameters.getOrDefault(name, "");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "on", "true", "t", "yes" -> true;
            case "", "0", "off", "false", "f", "no" -> false;
            default ->
                throw new IllegalArgumentException("parameter " + name + " is neither yes nor no: '" + value + "'");
        };
    }

    private static void addParameter(Map<String, String> parameters, String parameter, String uri) {
        if (parameter.isEmpty()) {
            return;
        }
        int equals = parameter.indexOf('=');
        String name = decode(equals < 0 ? parameter : parameter.substring(0, equals));
        String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
        if (parameters.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("parameter " + name + " stands twice in '" + uri + "'");
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
