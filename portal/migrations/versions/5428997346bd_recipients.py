"""recipients

Revision: 5428997346bd, after b4c908f452a5
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = '5428997346bd'
down_revision = 'b4c908f452a5'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('call_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('programme', sa.String(length=64), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('made_at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('record', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_call_round_place_id_place')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_round')),
    sa.UniqueConstraint('place_id', 'programme', 'period', name=op.f('uq_call_round_place_id'))
    )
    op.create_table('recipient',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('match', sa.LargeBinary(), nullable=False),
    sa.Column('name', portal.database.Encrypted(), nullable=False),
    sa.Column('group', portal.database.Encrypted(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_recipient_place_id_place')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient')),
    sa.UniqueConstraint('place_id', 'match', name=op.f('uq_recipient_place_id'))
    )
    op.create_table('call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_planted', sa.Boolean(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('who', portal.database.Encrypted(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('tried_at', portal.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('replies', portal.database.Encrypted(), nullable=True),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('done_at', portal.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_call_by_person')),
    sa.ForeignKeyConstraint(['round_id'], ['call_round.id'], name=op.f('fk_call_round_id_call_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call')),
    sa.UniqueConstraint('round_id', 'position', name=op.f('uq_call_round_id'))
    )
    op.create_table('confirmation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('answer', sa.String(length=16), nullable=False),
    sa.Column('way', sa.String(length=8), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_confirmation_entered_by_person')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_confirmation_place_id_place')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_confirmation_recipient_id_recipient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation'))
    )
    op.create_index(op.f('ix_confirmation_number'), 'confirmation', ['number'], unique=False)
    op.create_index('ix_confirmation_place_at', 'confirmation', ['place_id', 'at'], unique=False)
    op.create_index(op.f('ix_confirmation_recipient_id'), 'confirmation', ['recipient_id'], unique=False)
    op.create_table('slip',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.LargeBinary(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', portal.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('is_for_once', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_slip_made_by_person')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_slip_recipient_id_recipient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slip')),
    sa.UniqueConstraint('code', name=op.f('uq_slip_code'))
    )
    op.create_index(op.f('ix_slip_recipient_id'), 'slip', ['recipient_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_slip_recipient_id'), table_name='slip')
    op.drop_table('slip')
    op.drop_index(op.f('ix_confirmation_recipient_id'), table_name='confirmation')
    op.drop_index('ix_confirmation_place_at', table_name='confirmation')
    op.drop_index(op.f('ix_confirmation_number'), table_name='confirmation')
    op.drop_table('confirmation')
    op.drop_table('call')
    op.drop_table('recipient')
    op.drop_table('call_round')
