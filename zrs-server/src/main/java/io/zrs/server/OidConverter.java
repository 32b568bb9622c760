package io.zrs.server;

import io.zrs.storage.Oid;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Oids as people write them. */
final class OidConverter implements ITypeConverter<Oid> {
    @Override
    public Oid convert(String text) {
        try {
            return Oid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
